import { registryOf } from '../../registry/construct.ts'
import { crossentropy } from './crossentropy.ts'
import type { LossSpec } from './loss.ts'

export const losses = registryOf<LossSpec>(crossentropy)
