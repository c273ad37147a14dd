import { registryOf } from '../registry/construct.ts'

export const attacks = registryOf()
