// The weight map layers exactly as the paper's equations 1–4 read: one map m per pair of channels, materialised in
// float64, the convolution with ones over it, and the chain rule backwards through the same steps.
import { at4, emptyReference, type Reference, type Shape4, sizeOf } from './float64.ts'
import { type WmShape, wShape, xShape } from './weight-map-reference.ts'

export interface PaperLayer {
  readonly kind: 'smooth' | 'unsharp'
  readonly shape: WmShape
  readonly k: number
  readonly stride: number
  /** Zeros around each map. The unsharp layer keeps H × W, so there it is (k − 1)/2. */
  readonly padding: number
}

export function paperOutput({ shape: [b, h, w, , co], k, stride, padding }: PaperLayer): Shape4 {
  const size = (n: number) => Math.floor((n + 2 * padding - k) / stride) + 1
  return [b, size(h), size(w), co]
}

/** Every tap (r, c, factor) of the fixed filter around output (y, x): ones (eq. 2), or 2δ − ones (eq. 3). */
function visitTaps(layer: PaperLayer, y: number, x: number, use: (r: number, c: number, factor: number) => void): void {
  const { k, stride, padding, shape } = layer
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      const [r, c] = [y * stride - padding + i, x * stride - padding + j]
      if (r >= 0 && r < shape[1] && c >= 0 && c < shape[2]) use(r, c, layer.kind === 'smooth' ? 1 : -1)
    }
  if (layer.kind === 'unsharp') use(y * stride, x * stride, 2)
}

type Values = Float32Array

/** Eq. 1 for one example: m[h, w, ci, co] = W[h, w, ci, co] · x[h, w, ci]. */
function materialise(layer: PaperLayer, b: number, x: Values, w: Values): Float64Array {
  const [, height, width, inputs, outputs] = layer.shape
  const m = new Float64Array(height * width * inputs * outputs)
  for (let h = 0; h < height; h++)
    for (let v = 0; v < width; v++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) {
          const at = at4(wShape(layer.shape), h, v, i, o)
          m[at] = (w[at] ?? Number.NaN) * (x[at4(xShape(layer.shape), b, h, v, i)] ?? Number.NaN)
        }
  return m
}

/** Eqs. 2–4 without the bias: each map filtered, then summed over the input channels. */
export function paperForward(layer: PaperLayer, x: Values, w: Values): Reference {
  const out = paperOutput(layer)
  const y = emptyReference(sizeOf(out))
  for (let b = 0; b < out[0]; b++) {
    const m = materialise(layer, b, x, w)
    visitOutputs(layer, b, (at, map, factor) => add(y, at, factor * (m[map] ?? Number.NaN)))
  }
  return y
}

/** Visits every (output element, map element, tap) of example b. */
function visitOutputs(layer: PaperLayer, b: number, use: (at: number, map: number, factor: number) => void): void {
  const [, oh, ow, outputs] = paperOutput(layer)
  for (let r = 0; r < oh; r++)
    for (let c = 0; c < ow; c++)
      for (let o = 0; o < outputs; o++)
        visitTaps(layer, r, c, (h, v, factor) => {
          for (let i = 0; i < layer.shape[3]; i++)
            use(at4(paperOutput(layer), b, r, c, o), at4(wShape(layer.shape), h, v, i, o), factor)
        })
}

/** Backwards: dm from eqs. 2–4, then dx[h, w, ci] = Σ_co dm·W and dW = Σ over examples of dm·x from eq. 1. */
export function paperBackward(layer: PaperLayer, x: Values, w: Values, dy: Values): { dx: Reference; dw: Reference } {
  const [batch, , , inputs, outputs] = layer.shape
  const dx = emptyReference(sizeOf(xShape(layer.shape)))
  const dw = emptyReference(sizeOf(wShape(layer.shape)))
  for (let b = 0; b < batch; b++) {
    visitOutputs(layer, b, (at, map, factor) => {
      const pixel = Math.floor(map / (inputs * outputs)) * inputs + (Math.floor(map / outputs) % inputs)
      const source = b * (dx.values.length / batch) + pixel
      const dm = factor * (dy[at] ?? Number.NaN)
      add(dx, source, dm * (w[map] ?? Number.NaN))
      add(dw, map, dm * (x[source] ?? Number.NaN))
    })
  }
  return { dx, dw }
}

/** The factored form sums in another order, which the bound allows: it depends on the terms alone. */
function add(reference: Reference, i: number, term: number): void {
  reference.values[i] = (reference.values[i] ?? 0) + term
  reference.magnitudes[i] = (reference.magnitudes[i] ?? 0) + Math.abs(term)
  reference.terms[i] = (reference.terms[i] ?? 0) + 1
}
