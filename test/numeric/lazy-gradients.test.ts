// Convolutions and dense layers compute only the gradients that are asked for, with the bits of tfjs-layers' own layers.
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeGradientsLazy } from '../../src/backends/tfjs/ops/lazy-gradients.ts'
import { trainableVariables } from '../../src/training/train-epoch.ts'
import { noise } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const { conv2d, dense, flatten } = tfl.layers

function build(useBias: boolean): tfl.Sequential {
  const layers = [
    conv2d({ filters: 5, kernelSize: 3, inputShape: [9, 9, 2], useBias }),
    conv2d({ filters: 3, kernelSize: 2, strides: 2, useBias }),
    flatten(),
    dense({ units: 4, useBias }),
  ]
  const model = tfl.sequential({ layers })
  model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(noise(shape, i + 1), shape)))
  return model
}

async function gradientsOf(model: tfl.Sequential) {
  const x = tf.tensor4d(noise([3, 9, 9, 2], 7), [3, 9, 9, 2])
  const loss = (images: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(model.apply(images) as tf.Tensor))
  const { value, grads } = tf.variableGrads(() => loss(x), trainableVariables(model))
  const tensors = [value, ...Object.values(grads), tf.grad(loss)(x)]
  return Promise.all(tensors.map((tensor) => tensor.data()))
}

async function kernelsOf(f: () => tf.TensorContainer): Promise<readonly string[]> {
  const { kernels } = await tf.profile(() => tf.tidy(f))
  return kernels.map(({ name }) => name)
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each([true, false])('gives the bits of the stock layers, with bias: %s', async (useBias) => {
    const [stock, lazy] = [build(useBias), build(useBias)]
    for (const layer of lazy.layers) if (layer.getClassName() !== 'Flatten') makeGradientsLazy(layer)
    const expected = await gradientsOf(stock)
    expect(expected.length).toBe(useBias ? 8 : 5)
    expect(await gradientsOf(lazy)).toEqual(expected)
  })

  it('takes no gradient of the images in training, and none of the weights in an attack', async () => {
    const model = build(true)
    for (const layer of model.layers) if (layer.getClassName() !== 'Flatten') makeGradientsLazy(layer)
    const x = tf.tensor4d(noise([3, 9, 9, 2], 7), [3, 9, 9, 2])
    const loss = (images: tf.Tensor) => tf.sum<tf.Scalar>(model.apply(images) as tf.Tensor)
    const count = (kernels: readonly string[], name: string) => kernels.filter((kernel) => kernel === name).length
    const training = await kernelsOf(() => tf.variableGrads(() => loss(x), trainableVariables(model)).grads)
    expect(count(training, 'Conv2DBackpropFilter')).toBe(2)
    expect(count(training, 'Conv2DBackpropInput')).toBe(1)
    const attack = await kernelsOf(() => tf.grad(loss)(x))
    expect(count(attack, 'Conv2DBackpropFilter')).toBe(0)
    expect(count(attack, 'Conv2DBackpropInput')).toBe(2)
    expect(count(attack, 'BatchMatMul')).toBe(1)
  })

  it('refuses a layer that computes something else', () => {
    expect(() => makeGradientsLazy(dense({ units: 2, activation: 'relu', name: 'd' }))).toThrow('d has activation relu')
    expect(() => makeGradientsLazy(conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'c' }))).toThrow(
      'padding',
    )
  })
})
