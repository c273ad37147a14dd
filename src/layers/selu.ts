import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const selu = defineLayer({
  name: 'selu',
  doc: '1.0507·x where positive, 1.7581·(exp(x) − 1) elsewhere.',
  example: 'selu',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.selu(x)),
  stock: stockActivation('selu'),
})
