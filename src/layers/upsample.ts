import { int } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { accept, onlyInput, reject } from './rules.ts'
import { connect } from './symbolic.ts'
import { notAMap, readMap } from './window.ts'

/** [B, H, W, C] to [B, size·H, size·W, C]. */
export const upsample = defineLayer({
  name: 'upsample',
  doc: 'Repeats each pixel in a square (nearest neighbour).',
  example: 'upsample(2)',
  params: { size: int({ min: 1, default: 2, doc: 'Side of the square.' }) },
  shape({ size }, inputs) {
    const input = onlyInput(inputs)
    const map = readMap(input)
    return map === null ? reject(notAMap('upsample', input)) : accept(size * map.height, size * map.width, map.channels)
  },
  weights: () => [],
  cost: () => noCost,
  isIdentity: ({ size }) => size === 1,
  forward: (ops, inputs, _weights, { size }) => ops.upsample(onlyInput(inputs), size),
  stock: {
    build: (layers, name, { size }, inputs) => connect(layers.upSampling2d({ name, size: [size, size] }), inputs),
  },
})
