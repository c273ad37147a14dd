import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const elu = defineLayer({
  name: 'elu',
  doc: 'x where positive, exp(x) − 1 elsewhere.',
  example: 'elu',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.elu(x)),
  stock: stockActivation('elu'),
})
