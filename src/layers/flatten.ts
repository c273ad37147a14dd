import { sizeOf } from '../init/init.ts'
import { defineLayer, noCost } from './layer.ts'
import { accept, onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

/** [B, H, W, C] to [B, H·W·C], rows first, channels last; a vector stays as it is. */
export const flatten = defineLayer({
  name: 'flatten',
  doc: 'Reads a map as one vector.',
  example: 'flatten',
  params: {},
  shape: (_args, inputs) => accept(sizeOf(onlyInput(inputs))),
  weights: () => [],
  cost: () => noCost,
  isIdentity: (_args, inputs) => onlyInput(inputs).length === 1,
  forward(ops, inputs) {
    const x = onlyInput(inputs)
    return ops.reshape(x, [sizeOf(ops.shapeOf(x))])
  },
  stock: {
    build(layers, name, _args, inputs) {
      // tfjs's own flattens maps alone.
      const [, size, ...rest] = onlyInput(inputs).shape
      const isVector = rest.length === 0
      return connect(
        isVector ? layers.reshape({ name, targetShape: [size ?? null] }) : layers.flatten({ name }),
        inputs,
      )
    },
  },
})
