import { weightless } from './activation.ts'
import { defineLayer } from './layer.ts'

/** A value for `norm=`, `act=` and layer parameters; the graph never holds it. */
export const none = defineLayer({
  name: 'none',
  doc: 'Nothing: `norm=none`, `act=none`.',
  example: 'none',
  params: {},
  ...weightless,
  elided: true,
  tfjs: {
    kind: 'stock',
    build() {
      throw new Error('`none` adds no node to a graph, so it is never built')
    },
  },
})
