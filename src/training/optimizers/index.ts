import { registryOf } from '../../registry/construct.ts'
import { adam } from './adam.ts'
import { adamw } from './adamw.ts'
import type { OptimizerSpec } from './optimizer.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

export const optimizers = registryOf<OptimizerSpec>(adam, adamw, sgd, rmsprop)
