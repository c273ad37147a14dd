import { registryOf } from '../../registry/construct.ts'
import type { AugmentSpec } from './augment.ts'
import { randomCrop } from './random-crop.ts'
import { randomFlip } from './random-flip.ts'

export const augments = registryOf<AugmentSpec>(randomCrop, randomFlip)
