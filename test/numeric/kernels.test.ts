import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, sizeOf } from './float64.ts'
import { kernelCases, roundings, valuesOf } from './kernel-cases.ts'
import { backends, startBackend } from './start-backend.ts'

const operations = Object.keys(roundings) as (keyof typeof roundings)[]

describe.each(backends)('kernels on %s equal their float64 reference', (backend) => {
  beforeAll(() => startBackend(backend))

  describe.each(operations)('%s', (operation) => {
    const cases = kernelCases.filter((each) => each.operation === operation)

    it.each(cases.map((each) => [each.label, each] as const))('%s', async (_, each) => {
      const values = valuesOf(each)
      const before = tf.memory().numTensors
      const inputs = Object.fromEntries(
        Object.entries(values).map(([name, array]) => [name, tf.tensor(array, [...(each.shapes[name] ?? [])])]),
      )
      const results = tf.tidy(() => each.compute(inputs) as tf.TensorContainerObject) as Record<string, tf.Tensor>
      const expected = each.expected(values)
      expect(Object.keys(results)).toEqual(Object.keys(expected))
      for (const [name, reference] of Object.entries(expected)) {
        const result = results[name]
        if (!result) throw new Error(name)
        expect(sizeOf(result.shape), name).toBe(reference.values.length)
        await expectClose(result, reference, roundings[operation])
      }
      tf.dispose([inputs, results])
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
