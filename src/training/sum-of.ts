import type { Tensor1D } from '@tensorflow/tfjs-core'

/** In float64, on this side of the backend; disposes the tensor. */
export async function sumOf(tensor: Tensor1D): Promise<number> {
  const values = await tensor.data()
  tensor.dispose()
  let sum = 0
  for (const value of values) sum += value
  return sum
}
