import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { losses } from '../src/training/losses/index.ts'
import { callOf } from './training-fixtures.ts'

beforeAll(async () => {
  await startBackend('cpu')
})

const classes = 4

function perImage(smoothing: number, logits: tf.Tensor2D, labels: readonly number[]): tf.Tensor1D {
  const call = callOf('loss', 'crossentropy', { label_smoothing: smoothing })
  const spec = losses.get('crossentropy')
  if (spec === undefined) throw new Error('crossentropy')
  return spec.perImage(call.args, tf, logits, tf.tensor1d([...labels], 'int32'))
}

/** In float64, from the definition: −Σ q·log p. */
function reference(row: readonly number[], label: number, smoothing: number) {
  const most = Math.max(...row)
  const exps = row.map((z) => Math.exp(z - most))
  const sum = exps.reduce((a, b) => a + b, 0)
  const target = row.map((_, index) => (index === label ? 1 - smoothing : 0) + smoothing / classes)
  const loss = -row.reduce((total, z, index) => total + (target[index] ?? 0) * (z - most - Math.log(sum)), 0)
  // ∂/∂z = p − q
  const gradient = exps.map((e, index) => e / sum - (target[index] ?? 0))
  return { loss, gradient }
}

const rows = fc.array(
  fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: classes, maxLength: classes }),
  { minLength: 1, maxLength: 5 },
)

test('equals the definition in float64, value and gradient', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(classes - 1), fc.constantFrom(0, 0.1, 0.5), async (raw, first, smoothing) => {
      const logits = raw.map((row) => row.map(Math.fround))
      const labels = logits.map((_, index) => (first + index) % classes)
      const z = tf.tensor2d(logits)
      const found = await perImage(smoothing, z, labels).data()
      const gradient = await tf
        .grad((x) => tf.sum(perImage(smoothing, x as tf.Tensor2D, labels)))(z)
        .data()
      for (const [image, row] of logits.entries()) {
        const expected = reference(row, labels[image] ?? 0, smoothing)
        expect(Math.abs((found[image] ?? Number.NaN) - expected.loss)).toBeLessThan(1e-5 * (1 + expected.loss))
        for (const [index, value] of expected.gradient.entries()) {
          expect(Math.abs((gradient[image * classes + index] ?? Number.NaN) - value)).toBeLessThan(2e-6)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('stays finite for logits that would overflow an exponential', async () => {
  const logits = tf.tensor2d([
    [1e4, -1e4, 0, 0],
    [-3e38, 0, 0, 0],
  ])
  const [sure, wrong] = await perImage(0, logits, [0, 1]).data()
  expect(sure).toBeCloseTo(0, 12)
  expect(wrong).toBeCloseTo(Math.log(3), 5)
  const [missed] = await perImage(0, logits, [1, 1]).data()
  expect(missed).toBe(2e4)
})
