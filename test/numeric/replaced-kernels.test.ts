// Kernels of tfjs that wmnet replaces on wasm, against float64 and, where they pick elements, against the cpu backend.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { addTo, emptyReference, expectClose, noise, type Reference, sizeOf } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const value = (values: Float32Array, i: number): number => values[i] ?? Number.NaN

function matMul64(
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  ta: boolean,
  tb: boolean,
): Reference {
  const c = emptyReference(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let l = 0; l < k; l++)
        addTo(c, i * n + j, value(a, ta ? l * m + i : i * k + l) * value(b, tb ? j * k + l : l * n + j))
  return c
}

const products = [
  [1, 1, 1],
  [5, 3, 2],
  [10, 64, 10],
  [130, 33, 9],
  [7, 300, 12],
  [4, 520, 8],
] as const
const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

describe('matMul on wasm', () => {
  beforeAll(() => startBackend('wasm'))

  it.each(transposes)('transposing %s, %s', async (ta, tb) => {
    for (const [m, k, n] of products) {
      const a = noise([m, k], 1)
      const b = noise([k, n], 2)
      const left = tf.tensor2d(a, ta ? [k, m] : [m, k])
      const right = tf.tensor2d(b, tb ? [n, k] : [k, n])
      await expectClose(tf.matMul(left, right, ta, tb), matMul64(a, b, m, k, n, ta, tb))
    }
  })

  it('takes batches, and leaves broadcasting to tfjs', async () => {
    const a = noise([3, 4, 5], 1)
    const b = noise([3, 5, 6], 2)
    const parts = [0, 1, 2].map((i) => matMul64(a.slice(i * 20), b.slice(i * 30), 4, 5, 6, false, false))
    const product = tf.matMul(tf.tensor3d(a, [3, 4, 5]), tf.tensor3d(b, [3, 5, 6]))
    for (const [i, part] of parts.entries()) await expectClose(tf.slice(product, [i, 0, 0], [1, 4, 6]), part)
    const shared = tf.matMul(tf.tensor3d(a, [3, 4, 5]), tf.tensor3d(b.slice(0, 30), [1, 5, 6]))
    const last = matMul64(a.slice(40), b, 4, 5, 6, false, false)
    await expectClose(tf.slice(shared, [2, 0, 0], [1, 4, 6]), last)
  })
})

describe('adding, relu and the dense layer on wasm', () => {
  beforeAll(() => startBackend('wasm'))

  it.each([
    [[3, 5, 7, 33], [33]],
    [
      [3, 5, 7, 2],
      [5, 7, 2],
    ],
    [
      [130, 3],
      [130, 3],
    ],
    [[4, 6], [1]],
    [[6], [4, 6]],
    [[0, 6], [6]],
  ])('%j + %j', async (left, right) => {
    const [a, b] = [noise(left, 1), noise(right, 2)]
    const sum = tf.add(tf.tensor(a, left), tf.tensor(b, right))
    const broadcast = (values: Float32Array, i: number) => Math.fround(value(values, i % Math.max(1, values.length)))
    const values = [...(await sum.data())]
    expect(values.length).toBe(Math.max(a.length, left.includes(0) ? 0 : b.length))
    expect(values).toEqual(values.map((_, i) => Math.fround(broadcast(a, i) + broadcast(b, i))))
  })

  it('adds integers and what broadcasts otherwise as tfjs does', async () => {
    expect([...(await tf.add(tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3, 4], 'int32')).data())]).toEqual([4, 6])
    expect([...(await tf.add(tf.tensor2d([[1], [2]]), tf.tensor2d([[10, 20]])).data())]).toEqual([11, 21, 12, 22])
  })

  it('relu keeps NaN, and leaves integers to tfjs', async () => {
    const values = [-1, 0, 2, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -3, 5, Number.NaN]
    const expected = [0, 0, 2, Number.NaN, 0, Number.POSITIVE_INFINITY, 0, 5, Number.NaN]
    expect([...(await tf.relu(tf.tensor1d(values)).data())]).toEqual(expected)
    expect([...(await tf.relu(tf.tensor1d([-2, 3], 'int32')).data())]).toEqual([0, 3])
  })

  it.each(['linear', 'relu', 'elu'] as const)('dense with a bias and %s', async (activation) => {
    for (const [m, k, n] of products) {
      const [a, b, bias] = [noise([m, k], 1), noise([k, n], 2), noise([n], 3)]
      const { values, magnitudes, terms } = matMul64(a, b, m, k, n, false, false)
      const apply = {
        linear: (x: number) => x,
        relu: (x: number) => Math.max(x, 0),
        elu: (x: number) => (x > 0 ? x : Math.expm1(x)),
      }
      const reference: Reference = {
        values: values.map((x, i) => apply[activation](x + value(bias, i % n))),
        magnitudes: magnitudes.map((x, i) => x + Math.abs(value(bias, i % n)) + 1),
        terms: terms.map((count) => count + 3),
      }
      const [left, right] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])]
      await expectClose(tf.fused.matMul({ a: left, b: right, bias: tf.tensor1d(bias), activation }), reference)
    }
  })
})

/** Sums over axes [first, after) of a 4-dimensional array. */
function sum64(x: Float32Array, shape: readonly number[], first: number, after: number): Reference {
  const outer = sizeOf(shape.slice(0, first))
  const rows = sizeOf(shape.slice(first, after))
  const inner = sizeOf(shape.slice(after))
  const y = emptyReference(outer * inner)
  for (let o = 0; o < outer; o++)
    for (let r = 0; r < rows; r++)
      for (let i = 0; i < inner; i++) addTo(y, o * inner + i, value(x, (o * rows + r) * inner + i))
  return y
}

describe('sum and mean on wasm', () => {
  beforeAll(() => startBackend('wasm'))

  it.each([[0], [1], [2], [3], [0, 1], [1, 2], [0, 1, 2], [0, 1, 2, 3], [2, 1]].map((axes) => [axes]))(
    'over axes %j',
    async (axes) => {
      const shape = [5, 4, 9, 11] as const
      const x = noise(shape, 1)
      const first = Math.min(...axes)
      const reference = sum64(x, shape, first, first + axes.length)
      const count = sizeOf(shape) / reference.values.length
      const scaled = (values: Float64Array) => values.map((v) => v / count)
      const mean = {
        values: scaled(reference.values),
        magnitudes: scaled(reference.magnitudes),
        terms: reference.terms,
      }
      const t = tf.tensor4d(x, [...shape])
      await expectClose(tf.sum(t, axes), reference)
      await expectClose(tf.mean(t, axes), { ...mean, terms: mean.terms.map((n) => n + 2) })
      expect(tf.sum(t, axes, true).shape).toEqual(shape.map((n, axis) => (axes.includes(axis) ? 1 : n)))
    },
  )

  it('keeps integers and booleans with tfjs', async () => {
    const x = tf.tensor2d([1, 0, 1, 1, 1, 0], [3, 2], 'bool')
    expect([...(await tf.sum(x, 0).data())]).toEqual([3, 1])
  })

  it('sums by segment: the gradient of gather', async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])
    const gradient = tf.grad((a) => tf.gather(a, tf.tensor1d([2, 0, 2, 2], 'int32')))
    const dy = tf.tensor2d([1, 10, 2, 20, 4, 40, 8, 80], [4, 2])
    expect([...(await gradient(x, dy).data())]).toEqual([2, 20, 0, 0, 13, 130])
  })
})

type Pad = 'valid' | 'same' | number
const pools: readonly [number, number, Pad][] = [
  [2, 2, 'valid'],
  [3, 2, 'valid'],
  [3, 1, 'same'],
  [2, 1, 'same'],
  [3, 2, 1],
  [2, 3, 'valid'],
]

describe('pooling gradients on wasm equal those on cpu', () => {
  it.each(pools)('window %i, stride %i, padding %s', async (size, stride, pad) => {
    const found: Float32Array[][] = []
    for (const backend of backends) {
      await startBackend(backend)
      // Few distinct values, so that windows have ties, which go to the first maximum.
      const x = tf.round(tf.mul(tf.tensor4d(noise([2, 9, 8, 7], 1), [2, 9, 8, 7]), 2))
      const rounding = typeof pad === 'number' ? 'floor' : undefined
      const max = (a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, size, stride, pad, rounding)
      const average = (a: tf.Tensor) => tf.avgPool(a as tf.Tensor4D, size, stride, pad, rounding)
      const shape = max(x).shape
      const dy = tf.tensor4d(noise(shape, 2), shape)
      found.push([
        (await tf.grad(max)(x, dy).data()) as Float32Array,
        (await tf.grad(average)(x, dy).data()) as Float32Array,
      ])
    }
    for (const which of [0, 1]) {
      const [cpu, wasm] = found.map((each) => each[which] ?? new Float32Array())
      expect(wasm?.length).toBe(2 * 9 * 8 * 7)
      // At most size² terms below 1 each.
      const bound = size * size * size * size * 2 ** -23
      expect(Math.max(...(wasm ?? []).map((v, i) => Math.abs(v - value(cpu ?? new Float32Array(), i))))).toBeLessThan(
        bound,
      )
    }
  })
})

describe('clone on wasm', () => {
  it('shares memory and outlives the original', async () => {
    await startBackend('wasm')
    const before = tf.memory().numTensors
    const original = tf.tensor1d([1, 2, 3])
    const copy = tf.clone(original)
    original.dispose()
    const others = tf.zeros([64])
    expect([...(await copy.data())]).toEqual([1, 2, 3])
    tf.dispose([copy, others])
    expect(tf.memory().numTensors).toBe(before)
  })
})
