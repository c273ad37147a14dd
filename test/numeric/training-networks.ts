import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect } from 'vitest'
import { noise } from './float64.ts'

const l = tfl.layers

/** What stands between a convolution and a dense layer. */
export const bodies: Record<string, () => tfl.layers.Layer[]> = {
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

/** Losses and weights of two steps on the active backend; checks that the second leaks nothing. Not Adam: it blows rounding up where a gradient is zero. */
export async function train(body: () => tfl.layers.Layer[]): Promise<Float32Array> {
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

/** The largest difference between two results of `train`. A weight is a sum of some thousand float32 products, of order 1. */
export function expectSameTraining(found: Float32Array, expected: Float32Array): void {
  expect(found.length).toBe(expected.length)
  const differences = [...found].map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)))
  expect(Math.max(...differences)).toBeLessThan(1e-5)
}
