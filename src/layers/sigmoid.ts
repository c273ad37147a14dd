import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const sigmoid = defineLayer({
  name: 'sigmoid',
  doc: '1/(1 + exp(−x)).',
  example: 'sigmoid',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.sigmoid(x)),
  stock: stockActivation('sigmoid'),
})
