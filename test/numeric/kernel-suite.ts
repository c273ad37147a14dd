import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectClose, sizeOf } from './float64.ts'
import { type KernelCase, kernelCases, roundings, valuesOf } from './kernel-cases.ts'

const operations = Object.keys(roundings) as (keyof typeof roundings)[]

/** Every case of the table on the active backend, and what each leaves behind. */
export function testKernels(): void {
  describe.each(operations)('%s', (operation) => {
    const cases = kernelCases.filter((each) => each.operation === operation)
    it.each(cases.map((each) => [each.label, each] as const))('%s', (_, each) => checkCase(each))
  })
}

async function checkCase(each: KernelCase): Promise<void> {
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
    await expectClose(result, reference, roundings[each.operation])
  }
  tf.dispose([inputs, results])
  expect(tf.memory().numTensors).toBe(before)
}
