import { registryOf } from '../../registry/construct.ts'

export const augments = registryOf()
