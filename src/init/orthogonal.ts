import type { RandomStream } from '../random/stream.ts'
import { float } from '../registry/params.ts'
import { defineInit, sizeOf } from './init.ts'

/**
 * Saxe et al. 2014. The array is read as a matrix [all but the last dimension, last dimension], as in Keras;
 * the shorter side's vectors come out orthogonal, each of length `gain`.
 */
export const orthogonal = defineInit({
  name: 'orthogonal',
  doc: 'Orthogonal columns (rows, where there are fewer) of length gain.',
  example: 'orthogonal(gain=1)',
  params: { gain: float({ min: 0, openMin: true, default: 1, doc: 'Length of each vector.' }) },
  sample(args, target, random) {
    const columns = target.shape.at(-1) ?? 1
    const rows = sizeOf(target.shape) / columns
    const wide = columns > rows
    const vectors = sampleOrthonormal(Math.min(rows, columns), Math.max(rows, columns), random)
    const values = new Float32Array(rows * columns)
    vectors.forEach((vector, v) => {
      vector.forEach((value, i) => {
        values[wide ? v * columns + i : i * columns + v] = args.gain * value
      })
    })
    return values
  },
})

/**
 * Orthonormalised normal vectors, uniform over the orthonormal sets (Gram–Schmidt is QR with a positive diagonal).
 * Each vector is projected twice: a second pass removes what rounding left ("twice is enough", Kahan and Parlett).
 */
function sampleOrthonormal(count: number, length: number, random: RandomStream): readonly Float64Array[] {
  const vectors: Float64Array[] = []
  for (let v = 0; v < count; v++) {
    const vector = Float64Array.from({ length }, () => random.normal())
    for (const _pass of [1, 2]) for (const earlier of vectors) subtractProjection(vector, earlier)
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
