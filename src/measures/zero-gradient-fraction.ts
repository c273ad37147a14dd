import { zeroGradients } from './gradient-health.ts'
import { defineMeasure } from './measure.ts'

/** The sign of masked gradients: a network whose gradient is zero resists gradient attacks without being robust. */
export const zeroGradientFraction = defineMeasure({
  name: 'zero_gradient_fraction',
  doc: 'Fraction of perturbed images at which the gradient of the loss is exactly zero. Costs a backward pass per level.',
  example: 'zero_gradient_fraction',
  params: {},
  perImage: (_, tf, batch) => zeroGradients(tf, batch.inputGradient()),
})
