import { printShape } from '../graph/graph.ts'
import { int } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { accept, onlyInput, reject } from './rules.ts'
import { connect } from './symbolic.ts'
import { notAMap, readMap } from './window.ts'

/** [B, H, W, C] to [B, H − 2·size, W − 2·size, C]. */
export const crop = defineLayer({
  name: 'crop',
  doc: 'Cuts pixels off each side of the map.',
  example: 'crop(2)',
  params: { size: int({ min: 0, doc: 'Pixels cut off each side.' }) },
  shape({ size }, inputs) {
    const input = onlyInput(inputs)
    const map = readMap(input)
    if (map === null) return reject(notAMap('crop', input))
    if (2 * size < Math.min(map.height, map.width)) {
      return accept(map.height - 2 * size, map.width - 2 * size, map.channels)
    }
    return reject({
      code: 'WM0301',
      message: `gets ${printShape(input)}, of which ${size} pixels less on each side leave nothing`,
      parameter: 'size',
    })
  },
  weights: () => [],
  cost: () => noCost,
  isIdentity: ({ size }) => size === 0,
  forward: (ops, inputs, _weights, { size }) => ops.crop(onlyInput(inputs), size),
  stock: {
    build: (layers, name, { size }, inputs) => connect(layers.cropping2D({ name, cropping: size }), inputs),
  },
})
