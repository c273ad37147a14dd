import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const tanh = defineLayer({
  name: 'tanh',
  doc: 'Hyperbolic tangent.',
  example: 'tanh',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.tanh(x)),
  stock: stockActivation('tanh'),
})
