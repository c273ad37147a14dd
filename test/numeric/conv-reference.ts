import { addTo, at4, emptyReference, type Reference, type Shape4, sizeOf } from './float64.ts'

/** A convolution of x [B, H, W, Cᵢ]; top and left zeros are given, bottom and right ones follow from the output size. */
export interface Conv {
  readonly x: Shape4
  /** [kh, kw, ci, co]; depthwise: [kh, kw, c, m]. */
  readonly filter: Shape4
  readonly stride: readonly [number, number]
  /** [[top, bottom], [left, right]]. */
  readonly pad: readonly [readonly [number, number], readonly [number, number]]
  readonly depthwise?: boolean
}

export function outputShape({ x, filter, stride, pad, depthwise = false }: Conv): Shape4 {
  const size = (axis: 0 | 1) =>
    Math.floor(((x[axis === 0 ? 1 : 2] ?? 0) + pad[axis][0] + pad[axis][1] - filter[axis]) / stride[axis]) + 1
  return [x[0], size(0), size(1), depthwise ? filter[2] * filter[3] : filter[3]]
}

/** Visits every product with the indices of x, the filter and y. */
function visit(c: Conv, use: (x: number, f: number, y: number) => void): void {
  const [batch, oh, ow, channels] = outputShape(c)
  const [kh, kw, ci, last] = c.filter
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < oh; h++)
      for (let w = 0; w < ow; w++)
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            const row = h * c.stride[0] + i - c.pad[0][0]
            const column = w * c.stride[1] + j - c.pad[1][0]
            if (row < 0 || row >= c.x[1] || column < 0 || column >= c.x[2]) continue
            for (let s = 0; s < ci; s++)
              for (let o = 0; o < last; o++) {
                const y = at4([batch, oh, ow, channels], b, h, w, c.depthwise ? s * last + o : o)
                use(at4(c.x, b, row, column, s), at4(c.filter, i, j, s, o), y)
              }
          }
}

type Values = Float32Array
const product = (a: Values, i: number, b: Values, j: number): number => (a[i] ?? Number.NaN) * (b[j] ?? Number.NaN)

export function conv64(c: Conv, x: Values, filter: Values): Reference {
  const y = emptyReference(sizeOf(outputShape(c)))
  visit(c, (ix, f, iy) => addTo(y, iy, product(x, ix, filter, f)))
  return y
}

export function convFilterGrad64(c: Conv, x: Values, dy: Values): Reference {
  const df = emptyReference(sizeOf(c.filter))
  visit(c, (ix, f, y) => addTo(df, f, product(x, ix, dy, y)))
  return df
}

export function convInputGrad64(c: Conv, filter: Values, dy: Values): Reference {
  const dx = emptyReference(sizeOf(c.x))
  visit(c, (x, f, y) => addTo(dx, x, product(filter, f, dy, y)))
  return dx
}
