import { elementwise, weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

/** A value for `norm=`, `act=` and layer parameters; the graph never holds it. */
export const none = defineLayer({
  name: 'none',
  doc: 'Nothing: `norm=none`, `act=none`.',
  example: 'none',
  params: {},
  ...weightless,
  elided: true,
  ...elementwise((_ops, x) => x),
})
