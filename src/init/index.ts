import { registryOf } from '../registry/construct.ts'

export const inits = registryOf()
