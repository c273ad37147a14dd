import { registryOf } from '../../registry/construct.ts'

export const datasets = registryOf()
