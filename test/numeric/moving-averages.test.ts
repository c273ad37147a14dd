// Training by wmnet's kernels moves a batch normalisation's averages as tfjs-layers' own does.
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { kernelNames } from '../../src/backends/tfjs/kernels/shapes.ts'
import { fuseBatchNorm } from '../../src/backends/tfjs/ops/batch-norm.ts'
import { openKernelLog } from '../../src/backends/tfjs/profile/kernel-log.ts'
import { noise } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const steps = 6

interface Trained {
  readonly losses: readonly number[]
  /** gamma, beta, moving mean, moving variance. */
  readonly weights: readonly (readonly number[])[]
  readonly kernels: readonly string[]
}

/** Some steps of gradient descent on a layer whose inputs have another mean and another spread in each channel. */
async function train(layer: tfl.layers.Layer): Promise<Trained> {
  layer.build([null, 7, 7, 5])
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
  const target = tf.tensor4d(noise([9, 7, 7, 5], 77), [9, 7, 7, 5])
  const optimizer = tf.train.sgd(0.1)
  const losses: number[] = []
  const log = openKernelLog()
  for (let step = 0; step < steps; step++) {
    const values = noise([9, 7, 7, 5], step + 1).map((value, i) => value * (1 + (i % 5)) + (i % 5) - 1)
    const x = tf.tensor4d(values, [9, 7, 7, 5])
    const loss = optimizer.minimize(
      () => tf.mean(tf.squaredDifference(layer.apply(x, { training: true }) as tf.Tensor, target)) as tf.Scalar,
      true,
      variables,
    )
    losses.push((await loss?.data())?.[0] ?? Number.NaN)
  }
  log.close()
  const weights = await Promise.all(layer.getWeights().map(async (weight) => Array.from(await weight.data())))
  return { losses, weights, kernels: log.take() }
}

const layerOf = (momentum: number) => tfl.layers.batchNormalization({ momentum, epsilon: 1e-3 })

describe.each(backends)('on %s', (backend) => {
  it.each([0.5, 0.9, 0.99])('with momentum %s', async (momentum) => {
    await startBackend(backend)
    const stock = await train(layerOf(momentum))
    const own = layerOf(momentum)
    fuseBatchNorm(own)
    const fused = await train(own)
    // cpu has no such kernel and must train by the stock layer.
    expect(fused.kernels.includes(kernelNames.batchNormMoments)).toBe(backend === 'wasm')
    expect(stock.kernels).not.toContain(kernelNames.batchNormMoments)
    const [, , mean, variance] = stock.weights
    // They have moved away from 0 and 1, each channel its own way, so that equality says something.
    const moved = 1 - momentum ** steps
    mean?.forEach((value, channel) => {
      expect(Math.abs(value - moved * (channel - 1))).toBeLessThan(0.3 * moved * (channel + 1))
    })
    expect(new Set(variance).size).toBe(5)
    for (const value of variance ?? []) expect(Math.abs(value - 1)).toBeGreaterThan(1e-3)
    expectClose(fused.losses, stock.losses)
    for (const [index, values] of stock.weights.entries()) expectClose(fused.weights[index] ?? [], values)
  })
})

/** Two roundings of a mean over 441 float32 values that differ by the order of the sum. */
function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length)
  const worst = Math.max(
    ...expected.map((value, i) => Math.abs((found[i] ?? Number.NaN) - value) / Math.max(1, Math.abs(value))),
  )
  expect(worst).toBeLessThan(2e-6)
}
