// Everything that training needs works on wasm and gives what the cpu backend gives, and no step leaks a tensor.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { noise } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'
import { bodies, expectSameTraining, train } from './training-networks.ts'

describe('two training steps on wasm equal those on cpu', () => {
  it.each(Object.keys(bodies))('%s', async (name) => {
    const results: Float32Array[] = []
    for (const backend of backends) {
      await startBackend(backend)
      results.push(await train(bodies[name] ?? (() => [])))
    }
    const [cpu, wasm] = results
    if (!cpu || !wasm) throw new Error('two backends expected')
    expectSameTraining(wasm, cpu)
  })
})

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.01),
  adam: () => tf.train.adam(0.01),
}

describe.each(backends)('a weight map network on %s', (backend) => {
  it.each(Object.keys(optimizers))('learns with %s and leaks nothing', async (name) => {
    await startBackend(backend)
    const w = tf.variable(tf.tensor4d(noise([6, 6, 3, 4], 1), [6, 6, 3, 4]))
    const x = tf.tensor4d(noise([5, 6, 6, 3], 2), [5, 6, 6, 3])
    const optimizer = (optimizers[name] ?? (() => tf.train.sgd(0)))()
    const step = async () => {
      const loss = optimizer.minimize(
        () => tf.mean(tf.square(tf.sub(tf.relu(ops.box(ops.wmMul(x, w), 3, 2, 1)), 1))) as tf.Scalar,
        true,
      )
      const value = (await loss?.data())?.[0] ?? Number.NaN
      loss?.dispose()
      return value
    }
    const first = await step()
    const inside = tf.memory().numTensors
    let last = first
    for (let i = 0; i < 4; i++) last = await step()
    expect(tf.memory().numTensors).toBe(inside)
    expect(last).toBeLessThan(first)
    optimizer.dispose()
    tf.dispose([w, x])
  })
})
