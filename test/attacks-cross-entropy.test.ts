import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { attackedCrossEntropy } from '../src/attacks/cross-entropy.ts'
import { attacks } from '../src/attacks/index.ts'
import { createVictim } from '../src/attacks/victim.ts'
import { createStream } from '../src/random/stream.ts'
import { softmaxCrossEntropy } from '../src/training/losses/softmax-cross-entropy.ts'
import { backends, startBackend } from './numeric/start-backend.ts'
import { callOf } from './training-fixtures.ts'

/** p_c − [c = y] in float64, without the difference that loses its digits. */
function gradient64(logits: readonly number[], label: number): readonly number[] {
  const weights = logits.map((z) => Math.exp(z - Math.max(...logits)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const others = weights.map((weight, c) => (c === label ? 0 : weight / total))
  const push = others.reduce((sum, pull) => sum + pull, 0)
  return others.map((pull, c) => (c === label ? -push : pull))
}

/** The true class 0 leads by this much, is even, or trails. */
const leads = [80, 60, 40, 25, 17, 16, 10, 3, 0, -3, -20, -60]
const rows = leads.map((lead) => [lead, 0, -1.5, -0.25])
const labels = leads.map(() => 0)

describe.each(backends)('the cross-entropy under attack on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  test('is the usual one', async () => {
    const [z, y] = [tf.tensor2d(rows), tf.tensor1d(labels, 'int32')]
    expect(await attackedCrossEntropy(tf, z, y).data()).toEqual(await softmaxCrossEntropy(tf, z, y).data())
  })

  test('has a gradient whose every element is right, however sure the network is', async () => {
    const y = tf.tensor1d(labels, 'int32')
    const weights = tf.tensor1d(leads.map((_lead, image) => 1 + image))
    const gradient = tf.grad((z) => tf.sum(tf.mul(attackedCrossEntropy(tf, z as tf.Tensor2D, y), weights)))
    const found = await gradient(tf.tensor2d(rows)).data()
    for (const [image, row] of rows.entries()) {
      for (const [c, expected] of gradient64(row, 0).entries()) {
        // 80 rounded to float32 is off by 4e-6, which is a relative error of the exponential.
        expect(Math.abs((found[image * 4 + c] ?? Number.NaN) / ((1 + image) * expected) - 1)).toBeLessThan(1e-5)
      }
    }
  })

  test('leaves no tensors', () => {
    const [z, y] = [tf.tensor2d(rows), tf.tensor1d(labels, 'int32')]
    const before = tf.memory().numTensors
    tf.dispose(tf.tidy(() => tf.grad((x) => tf.sum(attackedCrossEntropy(tf, x as tf.Tensor2D, y)))(z)))
    expect(tf.memory().numTensors).toBe(before)
  })

  /**
   * z = s·x for two pixels: whatever s, FGSM lowers the one of the true class and raises the other. With p_y − 1 = 0 for the true class
   * the first would stay; with the stock sign of wasm, both.
   */
  test.each([1, 10, 30, 60, 90])('FGSM goes the same way when the logits are multiplied by %d', async (scale) => {
    const step = 0.25 / Math.SQRT2
    expect(await fgsm(scale, 'linf')).toEqual([expect.closeTo(0.7, 6), expect.closeTo(0.3, 6)])
    expect(await fgsm(scale, 'l2')).toEqual([expect.closeTo(0.95 - step, 6), expect.closeTo(0.05 + step, 6)])
  })
})

/** Two pixels 0.95 and 0.05 of class 0 after a step of 0.25. */
async function fgsm(scale: number, norm: string): Promise<readonly number[]> {
  const kernel = tf.tensor2d([scale, 0, 0, scale], [2, 2])
  const victim = createVictim(tf, [0, 1], (x) => tf.matMul(tf.reshape(x, [-1, 2]), kernel))
  const images = tf.tensor4d([0.95, 0.05], [1, 1, 2, 1])
  const truth = tf.tensor1d([0], 'int32')
  const batch = { images, labels: truth, gradient: victim.gradient(images, truth), random: [createStream(1)] }
  const call = callOf('attack', 'fgsm', { eps: [0.25], norm })
  const found = await attacks.get('fgsm')?.perturb(call.args, 0.25, victim, { ...batch, pause: async () => {} })
  return [...((await found?.data()) ?? [])]
}
