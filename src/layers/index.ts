import { registryOf } from '../registry/construct.ts'

export const layers = registryOf()
