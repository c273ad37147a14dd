import { stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const tanh = defineLayer({
  name: 'tanh',
  doc: 'Hyperbolic tangent.',
  example: 'tanh',
  params: {},
  ...weightless,
  tfjs: stockActivation('tanh'),
})
