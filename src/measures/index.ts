import { registryOf } from '../registry/construct.ts'

export const measures = registryOf()
