import { elementwise, stockActivation, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

export const softmax = defineLayer({
  name: 'softmax',
  doc: 'Exponentials divided by their sum over the channels. Losses take logits: do not end a network with it.',
  example: 'softmax',
  params: {},
  ...weightless,
  ...elementwise((ops, x) => ops.softmax(x)),
  stock: stockActivation('softmax'),
})
