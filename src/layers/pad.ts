import { int } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { accept, onlyInput, reject } from './rules.ts'
import { connect } from './symbolic.ts'
import { notAMap, readMap } from './window.ts'

/** [B, H, W, C] to [B, H + 2·size, W + 2·size, C]. */
export const pad = defineLayer({
  name: 'pad',
  doc: 'Zeros on each side of the map.',
  example: 'pad(2)',
  params: { size: int({ min: 0, doc: 'Zeros on each side.' }) },
  shape({ size }, inputs) {
    const input = onlyInput(inputs)
    const map = readMap(input)
    return map === null
      ? reject(notAMap('pad', input))
      : accept(map.height + 2 * size, map.width + 2 * size, map.channels)
  },
  weights: () => [],
  cost: () => noCost,
  isIdentity: ({ size }) => size === 0,
  forward: (ops, inputs, _weights, { size }) => ops.pad(onlyInput(inputs), size),
  stock: {
    build: (layers, name, { size }, inputs) => connect(layers.zeroPadding2d({ name, padding: size }), inputs),
  },
})
