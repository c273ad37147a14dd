import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import * as stock from '../../src/backends/tfjs/ops/stock.ts'
import { expectClose, noise, tensorOf } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'
import { type WmShape, wmMul64, wmMulGradW64, wmMulGradX64, wShape, xShape, yShape } from './weight-map-reference.ts'

const channels = [1, 3, 7, 32, 33, 65]
const shapes: WmShape[] = [
  ...channels.flatMap((ci) => channels.map((co): WmShape => [3, 2, 3, ci, co])),
  [1, 5, 7, 3, 8],
  [4, 3, 1, 12, 12],
  [13, 1, 5, 33, 9],
  [130, 1, 2, 5, 4],
]

function arrays(shape: WmShape) {
  return { x: noise(xShape(shape), 1), w: noise(wShape(shape), 2), dy: noise(yShape(shape), 3) }
}

function tensors(shape: WmShape) {
  const { x, w, dy } = arrays(shape)
  return { x: tensorOf(x, xShape(shape)), w: tensorOf(w, wShape(shape)), dy: tensorOf(dy, yShape(shape)) }
}

const product = (x: tf.Tensor, w: tf.Tensor) => ops.wmMul(x as tf.Tensor4D, w as tf.Tensor4D)

describe.each(backends)('wmMul on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each(shapes)('equals its definition and both gradients at [%i, %i, %i, %i] to %i', async (...shape) => {
    const { x, w, dy } = arrays(shape)
    const t = tensors(shape)
    await expectClose(ops.wmMul(t.x, t.w), wmMul64(shape, x, w))
    const [dx, dw] = tf.grads(product)([t.x, t.w], t.dy)
    if (!dx || !dw) throw new Error('two gradients expected')
    await expectClose(dx, wmMulGradX64(shape, dy, w))
    await expectClose(dw, wmMulGradW64(shape, x, dy))
  })

  it('has second derivatives', async () => {
    // f(x) = Σ dy·(x·w), so g(w) = Σ v·∂f/∂x = Σ dy·(v·w) is linear in w, with the gradient vᵀ·dy.
    const shape: WmShape = [3, 2, 3, 7, 9]
    const { dy } = arrays(shape)
    const t = tensors(shape)
    const v = noise(xShape(shape), 4)
    const inner = (w: tf.Tensor) => tf.grad((x) => product(x, w))(t.x, t.dy)
    await expectClose(tf.grad(inner)(t.w, tensorOf(v, xShape(shape))), wmMulGradW64(shape, v, dy))
  })

  it('equals the composition of stock operations that other backends use', async () => {
    const shape: WmShape = [3, 4, 5, 7, 9]
    const { x, w, dy } = arrays(shape)
    const t = tensors(shape)
    await expectClose(stock.wmMul(t.x, t.w), wmMul64(shape, x, w))
    const [dx, dw] = tf.grads((a, b) => stock.wmMul(a as tf.Tensor4D, b as tf.Tensor4D))([t.x, t.w], t.dy)
    if (!dx || !dw) throw new Error('two gradients expected')
    await expectClose(dx, wmMulGradX64(shape, dy, w))
    await expectClose(dw, wmMulGradW64(shape, x, dy))
  })

  it('refuses shapes that do not belong together, with both in the message', () => {
    const t = tensors([2, 3, 4, 5, 6])
    expect(() => ops.wmMul(t.x, t.dy)).toThrow('x is [2, 3, 4, 5], but w is [2, 3, 4, 6]')
    expect(() => ops.wmMul(tf.cast(t.x, 'int32'), t.w)).toThrow('int32, not float32')
  })
})
