import { registryOf } from '../registry/construct.ts'

export const noises = registryOf()
