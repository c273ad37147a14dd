import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { buildModel, startBackend } from '../../src/backends/tfjs/index.ts'
import { createStream } from '../../src/random/stream.ts'
import { softmaxCrossEntropy } from '../../src/training/losses/softmax-cross-entropy.ts'
import { adam } from '../../src/training/optimizers/adam.ts'
import { trainableVariables } from '../../src/training/train-epoch.ts'
import { callOf, stackOf } from '../training-fixtures.ts'
import { noise } from './float64.ts'

it('1,000 training steps leave the tensors and bytes that the first left', { timeout: 60_000 }, async () => {
  await startBackend('wasm')
  const layer = (name: string, args = {}) => callOf('layer', name, args)
  const graph = stackOf(
    [8, 8, 1],
    [
      layer('wm.smooth', { channels: 3 }),
      layer('batchnorm'),
      layer('relu'),
      layer('conv', { channels: 3 }),
      layer('maxpool'),
      layer('flatten'),
      layer('dense', { units: 4 }),
    ],
  )
  const model = buildModel(graph, { random: createStream(1, 'test') })
  const variables = trainableVariables(model)
  const optimizer = adam.create({ lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, tf)
  const images = tf.tensor4d(noise([4, 8, 8, 1], 1), [4, 8, 8, 1])
  const labels = tf.tensor1d([0, 1, 2, 3], 'int32')
  const step = () =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const logits = model.apply(images, { training: true }) as tf.Tensor2D
        return tf.mean<tf.Scalar>(softmaxCrossEntropy(tf, logits, labels))
      }, variables)
      optimizer.step(variables, grads)
    })
  step()
  const { numTensors, numBytes, numDataBuffers } = tf.memory()
  for (let i = 0; i < 1000; i++) step()
  expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers })
  optimizer.dispose()
  model.dispose()
  tf.dispose([images, labels])
})
