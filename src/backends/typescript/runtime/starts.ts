// Functions that emitted modules get copies of, as far as they need them: this file is parsed by `wmnet emit`, not imported.
import type { Stream } from './random.ts'

/** How a weight starts, row by row. */
export type Start = (shape: readonly number[], random: Stream) => Float32Array

export function constant(value: number): Start {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value)
}

export function normal(std: number): Start {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => std * random.normal())
}

/** In [low, high). */
export function uniform(low: number, high: number): Start {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform())
}

/** In [−limit, limit). */
export function symmetric(limit: number): Start {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => limit * (2 * random.uniform() - 1))
}

/** Saxe et al. 2014: as a matrix whose last axis are the columns, orthogonal columns (or rows, the shorter) of length `gain`. */
export function orthogonal(gain: number): Start {
  return (shape, random) => {
    const columns = shape[shape.length - 1] ?? 1
    const rows = sizeOf(shape) / columns
    const values = new Float32Array(rows * columns)
    orthonormal(Math.min(rows, columns), Math.max(rows, columns), random).forEach((vector, v) => {
      vector.forEach((value, i) => {
        values[columns > rows ? v * columns + i : i * columns + v] = gain * value
      })
    })
    return values
  }
}

/** Gram–Schmidt on normal vectors, each projected twice. */
function orthonormal(count: number, length: number, random: Stream): readonly Float64Array[] {
  const vectors: Float64Array[] = []
  for (let v = 0; v < count; v++) {
    const vector = Float64Array.from({ length }, () => random.normal())
    for (let pass = 1; pass <= 2; pass++) for (const earlier of vectors) subtractProjection(vector, earlier)
    const norm = Math.sqrt(dot(vector, vector))
    vectors.push(vector.map((value) => value / norm))
  }
  return vectors
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const along = dot(vector, unit)
  unit.forEach((value, i) => {
    vector[i] = (vector[i] ?? 0) - along * value
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1)
}
