import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import * as stock from '../../src/backends/tfjs/ops/stock.ts'
import { type BoxCase, box64, boxGrad64, outputShape } from './box-reference.ts'
import { expectClose, noise, type Reference, type Shape4, tensorOf } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

/** Strides and paddings (up to wider than the window) that leave at least one window. */
function casesOf(shape: Shape4, sizes: readonly number[]): readonly BoxCase[] {
  const cases: BoxCase[] = []
  for (const k of sizes)
    for (const stride of [1, 2, 3])
      for (const padding of new Set([0, 1, Math.floor(k / 2), k + 1]))
        if (Math.min(shape[1], shape[2]) + 2 * padding >= k) cases.push({ shape, k, stride, padding })
  return cases
}

const cases: readonly BoxCase[] = [
  ...casesOf([2, 7, 9, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
  ...casesOf([1, 11, 6, 3], [1, 2, 3, 5, 9, 11]),
  ...casesOf([3, 6, 7, 7], [2, 3, 5]),
  ...casesOf([2, 5, 9, 8], [3, 5]),
  ...casesOf([1, 9, 9, 33], [3, 9]),
]

describe.each(backends)('box on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each([1, 2, 3])('equals its definition and its gradient at stride %i', async (stride) => {
    for (const c of cases.filter((each) => each.stride === stride)) {
      const x = noise(c.shape, 5)
      const dy = noise(outputShape(c), 6)
      const t = tensorOf(x, c.shape)
      const y = ops.box(t, c.k, c.stride, c.padding)
      expect(y.shape, JSON.stringify(c)).toEqual(outputShape(c))
      await expectClose(y, box64(c, x))
      const gradient = tf.grad((a) => ops.box(a as tf.Tensor4D, c.k, c.stride, c.padding))
      await expectClose(gradient(t, tensorOf(dy, outputShape(c))), boxGrad64(c, dy))
    }
  })

  it('is its own second derivative', async () => {
    const c: BoxCase = { shape: [2, 7, 9, 3], k: 3, stride: 2, padding: 1 }
    const v = noise(c.shape, 7)
    const t = tensorOf(noise(c.shape, 5), c.shape)
    const inner = (dy: tf.Tensor) => tf.grad((a) => ops.box(a as tf.Tensor4D, c.k, c.stride, c.padding))(t, dy)
    const dy = tensorOf(noise(outputShape(c), 6), outputShape(c))
    await expectClose(tf.grad(inner)(dy, tensorOf(v, c.shape)), box64(c, v))
  })

  it('equals the composition of stock operations that other backends use', async () => {
    for (const c of cases.filter((each) => each.shape[3] === 3)) {
      const x = noise(c.shape, 5)
      const dy = noise(outputShape(c), 6)
      const t = tensorOf(x, c.shape)
      // One rounding more than the box itself: the mean times k².
      await expectClose(stock.box(t, c.k, c.stride, c.padding), roundedTwice(box64(c, x)))
      const gradient = tf.grad((a) => stock.box(a as tf.Tensor4D, c.k, c.stride, c.padding))
      await expectClose(gradient(t, tensorOf(dy, outputShape(c))), roundedTwice(boxGrad64(c, dy)))
    }
  })

  it('refuses what is no window', () => {
    const t = tensorOf(noise([1, 4, 5, 2], 1), [1, 4, 5, 2])
    expect(() => ops.box(t, 7, 1, 1)).toThrow('x is [1, 4, 5, 2], smaller than k=7 with padding=1')
    expect(() => ops.box(t, 3, 0, 1)).toThrow('stride=0')
  })
})

/** The composition scales each term and the sum: at most two roundings more per term. */
function roundedTwice(reference: Reference): Reference {
  return { ...reference, terms: reference.terms.map((n) => n + 3) }
}
