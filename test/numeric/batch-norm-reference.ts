import { addTo, emptyReference, type Reference } from './float64.ts'

export interface BatchNormReference {
  readonly value: Reference
  readonly dx: Reference
  readonly dgamma: Reference
  readonly dbeta: Reference
}

const at = (values: ArrayLike<number>, i: number): number => values[i] ?? Number.NaN

/**
 * Ioffe & Szegedy 2015, algorithm 1 and the gradients below it, over the rows of x [n, c]. Magnitudes: those of every term with
 * |x − mean| taken as |x| + mean |x|, since the mean itself is a rounded sum of n terms; the variance's relative error adds a
 * second n roundings.
 */
export function batchNorm64(
  x: Float32Array,
  gamma: Float32Array,
  beta: Float32Array,
  dy: Float32Array,
  epsilon: number,
): BatchNormReference {
  const c = gamma.length
  const n = x.length / c
  const [value, dx] = [emptyReference(x.length), emptyReference(x.length)]
  const [dgamma, dbeta] = [emptyReference(c), emptyReference(c)]
  for (let channel = 0; channel < c; channel++) {
    const column = (a: Float32Array) => Array.from({ length: n }, (_, r) => at(a, r * c + channel))
    const [xs, dys] = [column(x), column(dy)]
    const mean = xs.reduce((s, v) => s + v, 0) / n
    const spread = xs.map((v) => Math.abs(v) + xs.reduce((s, w) => s + Math.abs(w), 0) / n)
    const r = 1 / Math.sqrt(xs.reduce((s, v) => s + (v - mean) ** 2, 0) / n + epsilon)
    const [g, b] = [at(gamma, channel), at(beta, channel)]
    const normalized = xs.map((v) => (v - mean) * r)
    const sumDy = dys.reduce((s, v) => s + v, 0)
    const sumProducts = dys.reduce((s, v, i) => s + v * at(normalized, i), 0)
    const absDy = dys.reduce((s, v) => s + Math.abs(v), 0)
    const absProducts = dys.reduce((s, v, i) => s + Math.abs(v) * at(spread, i) * r, 0)
    const terms = 2 * n + 16
    for (let i = 0; i < n; i++) {
      const [to, wide] = [i * c + channel, at(spread, i) * r]
      addTo(value, to, g * at(normalized, i) + b, Math.abs(g) * wide + Math.abs(b), terms)
      const slope = at(dys, i) - sumDy / n - (at(normalized, i) * sumProducts) / n
      const magnitude = Math.abs(at(dys, i)) + absDy / n + (wide * absProducts) / n
      addTo(dx, to, g * r * slope, Math.abs(g) * r * magnitude, terms)
    }
    addTo(dgamma, channel, sumProducts, absProducts, terms)
    addTo(dbeta, channel, sumDy, absDy, terms)
  }
  return { value, dx, dgamma, dbeta }
}
