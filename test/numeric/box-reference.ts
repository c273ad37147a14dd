import { addTo, at4, emptyReference, type Reference, type Shape4, sizeOf } from './float64.ts'

/** A box filter on x [B, H, W, C], zeros around it. */
export interface BoxCase {
  readonly shape: Shape4
  readonly k: number
  readonly stride: number
  readonly padding: number
}

const outputSize = (size: number, { k, stride, padding }: BoxCase): number =>
  Math.floor((size + 2 * padding - k) / stride) + 1

export const outputShape = (c: BoxCase): Shape4 => [
  c.shape[0],
  outputSize(c.shape[1], c),
  outputSize(c.shape[2], c),
  c.shape[3],
]

/** Visits every (source, window) pair of the box filter. */
function visit(c: BoxCase, use: (source: number, target: number) => void): void {
  const [batch, height, width, channels] = c.shape
  const [, oh, ow] = outputShape(c)
  for (let b = 0; b < batch; b++)
    for (let y = 0; y < oh; y++)
      for (let x = 0; x < ow; x++)
        for (let i = 0; i < c.k; i++)
          for (let j = 0; j < c.k; j++) {
            const row = y * c.stride - c.padding + i
            const column = x * c.stride - c.padding + j
            if (row < 0 || row >= height || column < 0 || column >= width) continue
            for (let ch = 0; ch < channels; ch++)
              use(at4(c.shape, b, row, column, ch), at4(outputShape(c), b, y, x, ch))
          }
}

export function box64(c: BoxCase, x: Float32Array): Reference {
  const y = emptyReference(sizeOf(outputShape(c)))
  visit(c, (source, target) => addTo(y, target, x[source] ?? Number.NaN))
  return y
}

export function boxGrad64(c: BoxCase, dy: Float32Array): Reference {
  const dx = emptyReference(sizeOf(c.shape))
  visit(c, (source, target) => addTo(dx, source, dy[target] ?? Number.NaN))
  return dx
}
