import { registryOf } from '../../registry/construct.ts'

export const losses = registryOf()
