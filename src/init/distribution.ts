import type { Shape } from '../graph/graph.ts'
import type { RandomStream } from '../random/stream.ts'
import { sampleOrthonormal } from './orthonormal.ts'

/** How the numbers of one array are drawn: what an initializer comes to once it knows its array. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  /** With mean 0. */
  | { readonly kind: 'normal'; readonly std: number }
  /** In [low, high). */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Uniform in [−limit, limit). */
  | { readonly kind: 'symmetric'; readonly limit: number }
  /** As a matrix [all but the last dimension, last dimension]: the shorter side's vectors are orthogonal, of length `gain`. */
  | { readonly kind: 'orthogonal'; readonly gain: number }

/** The values in row-major order; draws from `random` alone, so that a seed fixes them on every backend. */
export function sample(distribution: Distribution, shape: Shape, random: RandomStream): Float32Array {
  switch (distribution.kind) {
    case 'constant':
      return fill(shape, () => distribution.value)
    case 'normal':
      return fill(shape, () => distribution.std * random.normal())
    case 'uniform': {
      const { low, high } = distribution
      return fill(shape, () => low + (high - low) * random.uniform())
    }
    case 'symmetric':
      return fill(shape, () => distribution.limit * (2 * random.uniform() - 1))
    case 'orthogonal':
      return sampleOrthogonal(distribution.gain, shape, random)
  }
}

/** How many values a shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

/** One call of `draw` for each value. */
function fill(shape: Shape, draw: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, draw)
}

function sampleOrthogonal(gain: number, shape: Shape, random: RandomStream): Float32Array {
  const columns = shape.at(-1) ?? 1
  const rows = sizeOf(shape) / columns
  const wide = columns > rows
  const vectors = sampleOrthonormal(Math.min(rows, columns), Math.max(rows, columns), random)
  const values = new Float32Array(rows * columns)
  vectors.forEach((vector, v) => {
    vector.forEach((value, i) => {
      values[wide ? v * columns + i : i * columns + v] = gain * value
    })
  })
  return values
}
