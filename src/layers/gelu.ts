import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const gelu = defineLayer({
  name: 'gelu',
  doc: 'x·Φ(x), with the exact normal distribution function.',
  example: 'gelu',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.mul(x, ops.mul(ops.add(ops.erf(ops.div(x, Math.SQRT2)), 1), 0.5))),
  stock: stockActivation('gelu'),
})
