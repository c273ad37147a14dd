import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ops } from '../src/backends/tfjs/ops/index.ts'
import { layers } from '../src/layers/index.ts'
import { createStream } from '../src/random/stream.ts'
import { readCall } from './layers-fixtures.ts'
import { noise } from './numeric/float64.ts'
import { backends, startBackend } from './numeric/start-backend.ts'

const cases = [
  'wm.smooth(4, k=3)',
  'wm.smooth(3, k=4, stride=3, padding=1, normalize=true, bias=false)',
  'wm.smooth(5, k=5, padding="same", stride=2)',
  'wm.unsharp(4, k=3)',
  'wm.unsharp(3, k=5, stride=2)',
  'wm.unsharp(2, k=3, normalize=true, bias=false)',
]
const input = [9, 8, 3]

describe.each(backends)('the equations as printed, on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each(cases)('%s gives what its rewrite gives, to float32 rounding', async (text) => {
    const call = readCall('layer', text)
    const spec = layers.get(call.name)
    if (spec?.literal === undefined) throw new Error(`${text} has no literal form`)
    const weights = Object.fromEntries(
      spec.weights(call.args, [input]).map(({ name, shape }, i) => [name, tf.tensor(noise(shape, i + 1), [...shape])]),
    )
    const x = tf.tensor(noise([2, ...input], 9), [2, ...input])
    const context = { training: false, random: createStream(0), update: () => {} }
    const rewritten = (a: tf.Tensor) => spec.forward<tf.Tensor>(ops, [a], weights, call.args, context)
    const literal = (a: tf.Tensor) => spec.literal?.<tf.Tensor>(ops, [a], weights, call.args) ?? tf.scalar(Number.NaN)
    await expectClose(literal(x), rewritten(x))
    const dy = tf.tensor(noise(literal(x).shape, 5), literal(x).shape)
    await expectClose(tf.grad(literal)(x, dy), tf.grad(rewritten)(x, dy))
  })

  it('is there for the layers whose forward is a rewrite, and for no other', () => {
    const literal = [...layers.values()].filter((spec) => spec.literal !== undefined)
    expect(literal.map((spec) => spec.name)).toEqual(['wm.smooth', 'wm.unsharp'])
  })
})

/** Within 2e-6 of the largest value: sums of some hundred products in another order. */
async function expectClose(found: tf.Tensor, expected: tf.Tensor): Promise<void> {
  expect(found.shape).toEqual(expected.shape)
  const [a, b] = [await found.data(), await expected.data()]
  const largest = Math.max(1, ...b.map(Math.abs))
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))).toBeLessThan(2e-6 * largest)
}
