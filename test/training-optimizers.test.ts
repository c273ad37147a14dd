import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { optimizers } from '../src/training/optimizers/index.ts'
import { createOptimizer, optimizerCases, takeSteps } from './optimizer-references.ts'

beforeAll(async () => {
  await startBackend('cpu')
})

test('every optimizer of the registry is tested here', () => {
  expect(new Set(optimizerCases.map(({ name }) => name))).toEqual(new Set(optimizers.keys()))
})

describe.each(optimizerCases)('$name $args', (each) => {
  test('takes the steps of the formula, element by element', async () => {
    for (const [found, expected] of await takeSteps(tf, each)) expect(Math.abs(found - expected)).toBeLessThan(2e-6)
  })

  test('leaves no tensors behind and keeps the gradients', () => {
    const before = tf.memory().numTensors
    const optimizer = createOptimizer(tf, each.name, each.args)
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
