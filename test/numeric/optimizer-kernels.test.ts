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

  it('updates in place: a step leaves the number of tensors and of bytes', () => {
    const variable = tf.variable(tf.tensor1d(noise([1000], 1)))
    const optimizer = optimizers.get('adam')?.create(callOf('optimizer', 'adam').args, tf)
    const gradient = tf.tensor1d(noise([1000], 2))
    const step = () => optimizer?.step([variable], { [variable.name]: gradient })
    step()
    const { dataId } = variable
    const { numTensors, numBytes } = tf.memory()
    for (let i = 0; i < 10; i++) step()
    expect(variable.dataId).toBe(dataId)
    expect(tf.memory()).toMatchObject({ numTensors, numBytes })
    optimizer?.dispose()
    tf.dispose([variable, gradient])
  })
})
