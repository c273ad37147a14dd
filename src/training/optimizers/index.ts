import { registryOf } from '../../registry/construct.ts'

export const optimizers = registryOf()
