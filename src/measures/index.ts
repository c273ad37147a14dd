import { registryOf } from '../registry/construct.ts'
import { activationMse } from './activation-mse.ts'
import { error } from './error.ts'
import { loss } from './loss.ts'
import type { MeasureSpec } from './measure.ts'
import { zeroGradientFraction } from './zero-gradient-fraction.ts'

export const measures = registryOf<MeasureSpec>(error, activationMse, loss, zeroGradientFraction)
