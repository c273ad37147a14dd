import { registryOf } from '../registry/construct.ts'
import { gaussian } from './gaussian.ts'
import type { NoiseSpec } from './noise.ts'
import { saltAndPepper } from './salt-and-pepper.ts'
import { uniform } from './uniform.ts'

export const noises = registryOf<NoiseSpec>(uniform, gaussian, saltAndPepper)
