import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const silu = defineLayer({
  name: 'silu',
  doc: 'x·sigmoid(x), also known as swish.',
  example: 'silu',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.mul(ops.sigmoid(x), x)),
  stock: stockActivation('swish'),
})
