import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const relu = defineLayer({
  name: 'relu',
  doc: 'max(x, 0).',
  example: 'relu',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.relu(x)),
  stock: stockActivation('relu'),
})
