import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { expectClose, noise, tensorOf } from './float64.ts'
import { type PaperLayer, paperBackward, paperForward, paperOutput } from './paper-equations.ts'
import { backends, startBackend } from './start-backend.ts'
import { wShape, xShape } from './weight-map-reference.ts'

const smooth = [3, 5, 9].flatMap((k) =>
  [0, 1, Math.floor(k / 2), k - 1].flatMap((padding) =>
    [1, 2].map((stride): PaperLayer => ({ kind: 'smooth', shape: [2, 10, 9, 3, 4], k, stride, padding })),
  ),
)
const unsharp = [3, 5, 9].flatMap((k) =>
  [1, 2].map((stride): PaperLayer => ({ kind: 'unsharp', shape: [2, 10, 9, 3, 4], k, stride, padding: (k - 1) / 2 })),
)
const layers: PaperLayer[] = [
  ...smooth,
  ...unsharp,
  { kind: 'smooth', shape: [1, 5, 6, 33, 7], k: 3, stride: 1, padding: 0 },
  { kind: 'unsharp', shape: [3, 5, 6, 1, 33], k: 3, stride: 1, padding: 1 },
]

/** The compiled form: Σ over cᵢ first, then one filter on Cₒ maps. */
function factored({ kind, k, stride, padding }: PaperLayer, x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const summed = ops.wmMul(x as tf.Tensor4D, w as tf.Tensor4D)
  const filtered = ops.box(summed, k, stride, padding)
  if (kind === 'smooth') return filtered
  // Every stride-th pixel is a box of size 1.
  const kept = stride === 1 ? summed : ops.box(summed, 1, stride, 0)
  return tf.sub(tf.mul(kept, 2), filtered)
}

const label = (l: PaperLayer) => `wm.${l.kind} [${l.shape}] k=${l.k} stride=${l.stride} padding=${l.padding}`

describe.each(backends)('the factored form equals eqs. 1–4 on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each(layers.map((layer) => [label(layer), layer] as const))('%s', async (_, layer) => {
    const x = noise(xShape(layer.shape), 1)
    const w = noise(wShape(layer.shape), 2)
    const dy = noise(paperOutput(layer), 3)
    const inputs = [tensorOf(x, xShape(layer.shape)), tensorOf(w, wShape(layer.shape))] as const
    const y = factored(layer, ...inputs)
    expect(y.shape).toEqual(paperOutput(layer))
    await expectClose(y, paperForward(layer, x, w))
    const gradients = tf.grads((a, b) => factored(layer, a, b))([...inputs], tensorOf(dy, paperOutput(layer)))
    const { dx, dw } = paperBackward(layer, x, w, dy)
    await expectClose(gradients[0] ?? tf.scalar(Number.NaN), dx)
    await expectClose(gradients[1] ?? tf.scalar(Number.NaN), dw)
  })
})
