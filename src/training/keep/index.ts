import { registryOf } from '../../registry/construct.ts'

export const keeps = registryOf()
