import type { RandomStream } from '../random/stream.ts'

/**
 * Orthonormalised normal vectors, uniform over the orthonormal sets (Gram–Schmidt is QR with a positive diagonal).
 * Each vector is projected twice: a second pass removes what rounding left ("twice is enough", Kahan and Parlett).
 */
export function sampleOrthonormal(count: number, length: number, random: RandomStream): readonly Float64Array[] {
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
