// Everything that training needs works on wasm and gives what the cpu backend gives, and no step leaks a tensor.
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { noise } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const l = tfl.layers

const bodies: Record<string, () => tfl.layers.Layer[]> = {
  conv: () => [l.conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })],
  depthwise: () => [l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })],
  separable: () => [l.separableConv2d({ filters: 3, kernelSize: 3 })],
  maxpool: () => [l.maxPooling2d({ poolSize: 2 })],
  avgpool: () => [l.averagePooling2d({ poolSize: 2 })],
  'global avgpool': () => [l.globalAveragePooling2d({}), l.reshape({ targetShape: [1, 1, 4] })],
  batchnorm: () => [l.batchNormalization()],
  layernorm: () => [l.layerNormalization({ axis: -1 })],
  pad: () => [l.zeroPadding2d({ padding: 1 })],
  upsample: () => [l.upSampling2d({ size: [2, 2] })],
  'leaky relu': () => [l.leakyReLU({ alpha: 0.1 })],
}

const activations = ['relu', 'elu', 'selu', 'gelu', 'swish', 'tanh', 'sigmoid', 'softmax'] as const
for (const activation of activations) bodies[activation] = () => [l.activation({ activation })]

function build(body: readonly tfl.layers.Layer[]): tfl.Sequential {
  const model = tfl.sequential()
  model.add(l.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 2] }))
  for (const layer of body) model.add(layer)
  model.add(l.flatten())
  model.add(l.dense({ units: 3, activation: 'softmax' }))
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const values = noise(weight.shape, i + 10)
      // Running variances and scales must be positive.
      return tf.tensor(
        values.map((v) => (weight.rank === 1 ? Math.abs(v) + 0.1 : v / 2)),
        weight.shape,
      )
    }),
  )
  return model
}

/** Losses and weights of two steps; checks that the second leaks nothing. Not Adam: it blows rounding up where a gradient is zero. */
async function train(body: () => tfl.layers.Layer[]): Promise<Float32Array> {
  const model = build(body())
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'categoricalCrossentropy' })
  const x = tf.tensor4d(noise([4, 8, 8, 2], 1), [4, 8, 8, 2])
  const y = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], [4, 3])
  const losses = [await model.trainOnBatch(x, y)]
  const before = tf.memory().numTensors
  losses.push(await model.trainOnBatch(x, y))
  expect(tf.memory().numTensors).toBe(before)
  const weights = await Promise.all(model.getWeights().map((weight) => weight.data()))
  return Float32Array.from([...losses.flat(), ...weights.flatMap((values) => [...values])])
}

describe('two training steps on wasm equal those on cpu', () => {
  it.each(Object.keys(bodies))('%s', async (name) => {
    const results: Float32Array[] = []
    for (const backend of backends) {
      await startBackend(backend)
      results.push(await train(bodies[name] ?? (() => [])))
    }
    const [cpu, wasm] = results
    if (!cpu || !wasm) throw new Error('two backends expected')
    expect(wasm.length).toBe(cpu.length)
    // A weight is a sum of some thousand float32 products, of order 1.
    const differences = [...wasm].map((v, i) => Math.abs(v - (cpu[i] ?? Number.NaN)))
    expect(Math.max(...differences)).toBeLessThan(1e-5)
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
