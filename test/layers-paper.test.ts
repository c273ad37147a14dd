import { describe, expect, it } from 'vitest'
import { type Shape, shapeOf } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import { entryOf } from '../src/registry/construct.ts'
import { chain } from './layers-fixtures.ts'

interface Variant {
  readonly layer: (channels: number) => string
  readonly widths: readonly number[]
  readonly norm?: true
  readonly scaled?: true
  readonly trainable: number
  readonly fixed?: number
  /** MACs of convolutions, ones kernels included. */
  readonly conv: number
  readonly products?: number
}

const conv3 = (channels: number) => `conv(${channels}, k=3)`
const smooth3 = (channels: number) => `wm.smooth(${channels}, k=3)`

// Expected values by hand: PAPER's table, its MACs as Σ Hₒ·Wₒ·k²·Cᵢ·Cₒ over maps of 26, 24, 22 pixels (28 for unsharp).
const narrow = 9 * (26 ** 2 * 33 + 24 ** 2 * 33 * 33 + 22 ** 2 * 33 * 8)
const wm = 9 * (26 ** 2 * 32 + 24 ** 2 * 32 * 32 + 22 ** 2 * 32 * 8)
const wmProducts = 28 ** 2 * 32 + 26 ** 2 * 32 * 32 + 24 ** 2 * 32 * 8
const variants: Record<string, Variant> = {
  cnn: { layer: conv3, widths: [33, 33, 8], trainable: 261_070, conv: narrow },
  wide: {
    layer: conv3,
    widths: [200, 500, 8],
    trainable: 1_187_030,
    conv: 9 * (26 ** 2 * 200 + 24 ** 2 * 200 * 500 + 22 ** 2 * 500 * 8),
  },
  cnn_bn: { layer: conv3, widths: [33, 33, 8], norm: true, trainable: 261_070 + 148, fixed: 148, conv: narrow },
  cnn_k9: {
    layer: (channels) => `conv(${channels}, k=9, padding=3)`,
    widths: [33, 33, 8],
    trainable: 360_862,
    conv: 9 * narrow,
  },
  cnn_scaled: { layer: conv3, widths: [33, 33, 8], scaled: true, trainable: 261_854, conv: narrow, products: 784 },
  smooth: { layer: smooth3, widths: [32, 32, 8], trainable: 1_157_226, conv: wm, products: wmProducts },
  smooth_bn: {
    layer: smooth3,
    widths: [32, 32, 8],
    norm: true,
    trainable: 1_157_226 + 144,
    fixed: 144,
    conv: wm,
    products: wmProducts,
  },
  smooth_k9: {
    layer: (channels) => `wm.smooth(${channels}, k=9, padding=3)`,
    widths: [32, 32, 8],
    trainable: 1_157_226,
    conv: 9 * wm,
    products: wmProducts,
  },
  unsharp: {
    layer: (channels) => `wm.unsharp(${channels}, k=3)`,
    widths: [32, 32, 8],
    trainable: 1_487_178,
    conv: 9 * 28 ** 2 * (32 + 32 * 32 + 32 * 8),
    products: 28 ** 2 * (32 + 32 * 32 + 32 * 8),
  },
}
/** The paper's GFLOPs with the digits that PAPER.md derives. */
const gflops = {
  cnn: 0.01399,
  wide: 1.07408,
  cnn_bn: 0.01399,
  cnn_k9: 0.12593,
  cnn_scaled: 0.01399,
  smooth: 0.01324,
  smooth_bn: 0.01324,
  smooth_k9: 0.11913,
  unsharp: 0.01851,
}

describe("the paper's nine networks", () => {
  it.each(Object.entries(variants))('%s has the exact parameters and MACs', (name, variant) => {
    const { trainable, fixed, operations, compiled } = count(variant)
    expect(trainable).toBe(variant.trainable)
    expect(fixed).toBe(variant.fixed ?? 0)
    expect(operations.conv).toBe(variant.conv)
    expect(operations.products).toBe(variant.products ?? 0)
    expect((2 * operations.conv) / 1e9).toBeCloseTo(gflops[name as keyof typeof gflops], 5)
    // A weight map layer compiles to one product per pixel and channel pair, the others to what they are.
    const isWeightMap = variant.layer(1).startsWith('wm.')
    expect(compiled.dense - operations.dense).toBe(isWeightMap ? operations.products : 0)
    expect(compiled.conv).toBe(isWeightMap ? 0 : operations.conv)
  })

  it('counts the additions of the box filter as compiled', () => {
    const separable = (h: number, out: number, channels: number) => {
      let adds = 0
      for (let row = 0; row < h; row++) for (let x = 0; x < out; x++) adds += 2 * channels
      for (let row = 0; row < out; row++) for (let x = 0; x < out; x++) adds += 2 * channels
      return adds
    }
    const smooth = separable(28, 26, 32) + separable(26, 24, 32) + separable(24, 22, 8)
    expect(count(variants.smooth as Variant).compiled.adds).toBe(smooth)
    // Unsharp pads, and adds m + m − box(m) for each of its outputs.
    const unsharp = (separable(28, 28, 1) + 2 * 28 * 28) * (32 + 32 + 8)
    expect(count(variants.unsharp as Variant).compiled.adds).toBe(unsharp)
  })
})

function count(variant: Variant) {
  const blocks = variant.widths.flatMap((width) => [
    variant.layer(width),
    ...(variant.norm ? ['batchnorm'] : []),
    'relu',
  ])
  const input: Shape = [28, 28, 1]
  const scaled = variant.scaled ? ['scale'] : []
  const graph = chain(input, ...scaled, ...blocks, 'flatten', 'dense(64)', 'relu', 'dense(10)')
  const totals = {
    trainable: 0,
    fixed: 0,
    operations: { conv: 0, dense: 0, products: 0, adds: 0 },
    compiled: { conv: 0, dense: 0, products: 0, adds: 0 },
  }
  for (const node of graph.nodes) {
    const spec = entryOf(layers, node.call)
    const inputs = node.inputs.map((id) => shapeOf(graph, id))
    for (const weight of spec.weights(node.call.args, inputs)) {
      totals[weight.trainable ? 'trainable' : 'fixed'] += weight.shape.reduce((size, dim) => size * dim, 1)
    }
    const cost = spec.cost(node.call.args, inputs, node.shape)
    for (const key of ['conv', 'dense', 'products', 'adds'] as const) {
      totals.operations[key] += cost.written[key]
      totals.compiled[key] += cost.compiled[key]
    }
  }
  return totals
}
