import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { optimizers } from '../src/training/optimizers/index.ts'
import { callOf } from './training-fixtures.ts'

beforeAll(async () => {
  await startBackend('cpu')
})

/** One weight under one rule, in float64, straight from the articles' formulas. */
type Reference = (gradients: readonly number[], start: number) => number

const gradients = [0.5, -0.25, 1.5, 2e-7, -3, 0.125]

function adamReference(lr: number, beta1: number, beta2: number, epsilon: number, decay: number): Reference {
  return (sequence, start) => {
    let [w, m, v] = [start, 0, 0]
    sequence.forEach((g, index) => {
      m = beta1 * m + (1 - beta1) * g
      v = beta2 * v + (1 - beta2) * g ** 2
      const unbiased = { m: m / (1 - beta1 ** (index + 1)), v: v / (1 - beta2 ** (index + 1)) }
      w -= lr * (unbiased.m / (Math.sqrt(unbiased.v) + epsilon) + decay * w)
    })
    return w
  }
}

function momentumReference(lr: number, momentum: number, nesterov: boolean): Reference {
  return (sequence, start) => {
    let [w, v] = [start, 0]
    for (const g of sequence) {
      v = momentum * v + g
      w -= lr * (nesterov ? g + momentum * v : v)
    }
    return w
  }
}

function rmspropReference(lr: number, rho: number, epsilon: number): Reference {
  return (sequence, start) => {
    let [w, v] = [start, 0]
    for (const g of sequence) {
      v = rho * v + (1 - rho) * g ** 2
      w -= (lr * g) / (Math.sqrt(v) + epsilon)
    }
    return w
  }
}

const cases = [
  { name: 'adam', args: {}, reference: adamReference(1e-3, 0.9, 0.999, 1e-7, 0) },
  {
    name: 'adam',
    args: { lr: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.01 },
    reference: adamReference(0.1, 0.5, 0.9, 0.01, 0),
  },
  {
    name: 'adamw',
    args: { lr: 0.1, weight_decay: 0.3 },
    reference: adamReference(0.1, 0.9, 0.999, 1e-7, 0.3),
  },
  { name: 'sgd', args: { lr: 0.1 }, reference: momentumReference(0.1, 0, false) },
  { name: 'sgd', args: { lr: 0.1, momentum: 0.9 }, reference: momentumReference(0.1, 0.9, false) },
  { name: 'sgd', args: { lr: 0.1, momentum: 0.9, nesterov: true }, reference: momentumReference(0.1, 0.9, true) },
  { name: 'rmsprop', args: { lr: 0.05, rho: 0.8 }, reference: rmspropReference(0.05, 0.8, 1e-7) },
]

test('every optimizer of the registry is tested here', () => {
  expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(optimizers.keys()))
})

describe.each(cases)('$name $args', ({ name, args, reference }) => {
  const create = () => {
    const call = callOf('optimizer', name, args)
    const spec = optimizers.get(name)
    if (spec === undefined) throw new Error(name)
    return spec.create(call.args, tf)
  }

  test('takes the steps of the formula, element by element', async () => {
    const starts = [1, -0.5, 0.01]
    const scales = [1, -2, 0.1]
    const optimizer = create()
    const variable = tf.variable(tf.tensor1d(starts))
    for (const g of gradients) {
      const gradient = tf.tensor1d(scales.map((scale) => scale * g))
      optimizer.step([variable], { [variable.name]: gradient })
      gradient.dispose()
    }
    const values = await variable.data()
    for (const [index, start] of starts.entries()) {
      const scale = scales[index] ?? Number.NaN
      const expected = reference(
        gradients.map((g) => scale * g),
        start,
      )
      expect(Math.abs((values[index] ?? Number.NaN) - expected)).toBeLessThan(2e-6)
    }
    optimizer.dispose()
    variable.dispose()
  })

  test('leaves no tensors behind and keeps the gradients', () => {
    const before = tf.memory().numTensors
    const optimizer = create()
    const variables = [tf.variable(tf.ones([2, 3])), tf.variable(tf.ones([4]))]
    const made = Object.fromEntries(variables.map((variable) => [variable.name, tf.onesLike(variable)]))
    optimizer.step(variables, made)
    const afterOne = tf.memory().numTensors
    for (let step = 0; step < 3; step++) optimizer.step(variables, made)
    expect(tf.memory().numTensors).toBe(afterOne)
    for (const gradient of Object.values(made)) expect(gradient.isDisposed).toBe(false)
    optimizer.dispose()
    tf.dispose([variables, made])
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + variables.length)
  })
})
