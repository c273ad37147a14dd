// The kernels of the optimizers against the composed rules on the same backend: the same operations in the same order, so
// the same bits. What the rules themselves compute is tested against float64 in training-optimizers.test.ts.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernelNames } from '../../src/backends/tfjs/kernels/shapes.ts'
import { optimizers } from '../../src/training/optimizers/index.ts'
import { callOf } from '../training-fixtures.ts'
import { noise } from './float64.ts'
import { startBackend } from './start-backend.ts'

const cases = [
  ['adam', {}],
  ['adam', { lr: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.01 }],
  ['adamw', { lr: 0.1, weight_decay: 0.3 }],
  ['sgd', { lr: 0.1 }],
  ['sgd', { lr: 0.1, momentum: 0.9 }],
  ['sgd', { lr: 0.1, momentum: 0.9, nesterov: true }],
  ['rmsprop', { lr: 0.05, rho: 0.8 }],
] as const

/** One lane, a partial group, whole groups. */
const sizes = [1, 3, 4, 66, 1024]

/** tfjs without wmnet's optimizer kernels: the same module, but it denies having them. */
const composed: typeof tf = new Proxy(tf, {
  get: (target, key) =>
    key === 'getKernel'
      ? (name: string, backend: string) => (/Step$/.test(name) ? undefined : target.getKernel(name, backend))
      : Reflect.get(target, key),
})

async function steps(name: string, args: object, tfjs: typeof tf): Promise<Float32Array[]> {
  const spec = optimizers.get(name)
  if (!spec) throw new Error(name)
  const optimizer = spec.create(callOf('optimizer', name, { ...args }).args, tfjs)
  const variables = sizes.map((size) => tf.variable(tf.tensor1d(noise([size], size))))
  for (let step = 1; step <= 4; step++) {
    const gradients = variables.map((variable, i) => tf.tensor1d(noise([variable.size], 100 * step + i)))
    optimizer.step(
      variables,
      Object.fromEntries(variables.map((variable, i) => [variable.name, gradients[i] as tf.Tensor])),
    )
    tf.dispose(gradients)
  }
  const values = await Promise.all(variables.map((variable) => variable.data<'float32'>()))
  optimizer.dispose()
  tf.dispose(variables)
  return values
}

describe('optimizer kernels on wasm', () => {
  beforeAll(() => startBackend('wasm'))

  it('exist', () => {
    for (const name of [kernelNames.adamStep, kernelNames.sgdStep, kernelNames.rmspropStep]) {
      expect(tf.getKernel(name, 'wasm')?.kernelName).toBe(name)
    }
  })

  it.each(cases)('%s %j takes the composed steps, bit by bit', async (name, args) => {
    const fused = await steps(name, args, tf)
    const reference = await steps(name, args, composed)
    for (const [i, values] of reference.entries()) expect(fused[i]).toEqual(values)
    expect(fused[4]).not.toEqual(noise([1024], 1024))
  })

  it('leaves a copy of the variable as it was', async () => {
    const start = noise([7], 1)
    const variable = tf.variable(tf.tensor1d(start))
    const copy = tf.clone(variable)
    const optimizer = optimizers.get('adam')?.create(callOf('optimizer', 'adam').args, tf)
    const gradient = tf.tensor1d(noise([7], 2))
    optimizer?.step([variable], { [variable.name]: gradient })
    expect(await copy.data()).toEqual(start)
    expect(await variable.data()).not.toEqual(start)
    optimizer?.dispose()
    tf.dispose([variable, copy, gradient])
  })

  it('a step leaves the number of tensors and of bytes', () => {
    const variable = tf.variable(tf.tensor1d(noise([1000], 1)))
    const optimizer = optimizers.get('adam')?.create(callOf('optimizer', 'adam').args, tf)
    const gradient = tf.tensor1d(noise([1000], 2))
    const step = () => optimizer?.step([variable], { [variable.name]: gradient })
    step()
    const { numTensors, numBytes } = tf.memory()
    for (let i = 0; i < 10; i++) step()
    expect(tf.memory()).toMatchObject({ numTensors, numBytes })
    optimizer?.dispose()
    tf.dispose([variable, gradient])
  })

  // tfjs's wasm backend keeps XNNPACK's packed weights under the identity of a tensor's data: a step in place would not be seen.
  it.each(['convolution', 'product'])('a %s after a step is that with the new weights', async (kind) => {
    const isProduct = kind === 'product'
    const shape = isProduct ? [9, 5] : [3, 3, 2, 5]
    const weights = tf.variable(tf.tensor(noise(shape, 1), shape))
    const x = tf.tensor(noise([4, 9, 9, 2], 2), [4, 9, 9, 2])
    const apply = (w: tf.Tensor): tf.Tensor =>
      isProduct
        ? tf.matMul(tf.reshape(x, [72, 9]) as tf.Tensor2D, w as tf.Tensor2D)
        : tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid')
    const optimizer = optimizers.get('adam')?.create(callOf('optimizer', 'adam', { lr: 0.1 }).args, tf)
    for (let step = 0; step < 3; step++) {
      const before = await apply(weights).data()
      optimizer?.step([weights], { [weights.name]: tf.tensor(noise(shape, 3 + step), shape) })
      const after = await apply(weights).data()
      expect(after).not.toEqual(before)
      expect(after).toEqual(await apply(tf.tensor(await weights.data(), shape)).data())
    }
    optimizer?.dispose()
  })
})
