import { stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const gelu = defineLayer({
  name: 'gelu',
  doc: 'x·Φ(x), with the exact normal distribution function.',
  example: 'gelu',
  params: {},
  ...weightless,
  tfjs: stockActivation('gelu'),
})
