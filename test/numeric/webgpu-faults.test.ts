import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { describeOnOptional } from './optional-backend.ts'

await describeOnOptional('webgpu', () => {
  it('gives numbers as long as the driver takes every operation, and an error from the first that it refuses on', async () => {
    const before = tf.add(tf.ones([2, 3]), 1)
    expect([...(await before.data())]).toEqual([2, 2, 2, 2, 2, 2])
    // tfjs 4.22 writes a shader for five axes that does not compile.
    const padded = tf.pad(
      tf.ones([1, 1, 1, 1, 1]),
      Array.from({ length: 5 }, () => [0, 1] as [number, number]),
    )
    await expect(padded.data()).rejects.toThrow(
      'webgpu refused an operation, so that its numbers are wrong: Error while',
    )
    await expect(tf.add(before, 1).data()).rejects.toThrow('numbers are wrong')
  })
})
