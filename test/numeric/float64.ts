// References in float64, written as the definitions read. Each keeps, per element, how many products it summed and the sum
// of their absolute values: float32 sums n products with an error below n · 2⁻²⁴ · Σ|products| (Higham, Accuracy and
// Stability of Numerical Algorithms, §3.1), which is the tolerance of every comparison.
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

export type Shape4 = readonly [number, number, number, number]

export interface Reference {
  readonly values: Float64Array
  readonly magnitudes: Float64Array
  readonly terms: Float64Array
}

export function emptyReference(size: number): Reference {
  return { values: new Float64Array(size), magnitudes: new Float64Array(size), terms: new Float64Array(size) }
}

/** Adds `product`, itself the outcome of `terms` roundings, to element `i`. */
export function addTo(
  reference: Reference,
  i: number,
  product: number,
  magnitude = Math.abs(product),
  terms = 1,
): void {
  reference.values[i] = (reference.values[i] ?? 0) + product
  reference.magnitudes[i] = (reference.magnitudes[i] ?? 0) + magnitude
  reference.terms[i] = (reference.terms[i] ?? 0) + terms
}

export function at4(shape: Shape4, a: number, b: number, c: number, d: number): number {
  return ((a * shape[1] + b) * shape[2] + c) * shape[3] + d
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Float32 values in [−1, 1) from a linear congruential generator (Numerical Recipes' constants). */
export function noise(shape: readonly number[], seed: number): Float32Array {
  let state = seed >>> 0
  return Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

export function tensorOf(values: Float32Array, shape: Shape4): tf.Tensor4D {
  return tf.tensor4d(values, [...shape])
}

/** Every element within the bound, and no element missing. `roundings`: those beyond one per term. */
export async function expectClose(actual: tf.Tensor, reference: Reference, roundings = 0): Promise<void> {
  const found = await actual.data()
  expect(found.length).toBe(reference.values.length)
  let worst = 0
  for (let i = 0; i < found.length; i++) {
    const error = Math.abs((found[i] ?? Number.NaN) - (reference.values[i] ?? 0))
    const bound = ((reference.terms[i] ?? 0) + 1 + roundings) * 2 ** -24 * (reference.magnitudes[i] ?? 0)
    if (!(error <= bound)) worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / bound)
  }
  expect(worst, 'largest error as a multiple of the rounding bound').toBe(0)
}
