import { addTo, at4, emptyReference, type Reference, type Shape4, sizeOf } from './float64.ts'

/** [batch, height, width, inputs, outputs]. */
export type WmShape = readonly [number, number, number, number, number]

export const xShape = ([b, h, w, ci]: WmShape): Shape4 => [b, h, w, ci]
export const wShape = ([, h, w, ci, co]: WmShape): Shape4 => [h, w, ci, co]
export const yShape = ([b, h, w, , co]: WmShape): Shape4 => [b, h, w, co]

/** Visits every product of eq. 1 with the indices of x, w and y. */
function visit(shape: WmShape, use: (x: number, w: number, y: number) => void): void {
  const [batch, height, width, inputs, outputs] = shape
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < height; h++)
      for (let v = 0; v < width; v++)
        for (let i = 0; i < inputs; i++)
          for (let o = 0; o < outputs; o++)
            use(at4(xShape(shape), b, h, v, i), at4(wShape(shape), h, v, i, o), at4(yShape(shape), b, h, v, o))
}

type Values = Float32Array | Float64Array
const product = (a: Values, i: number, b: Values, j: number): number => (a[i] ?? Number.NaN) * (b[j] ?? Number.NaN)

export function wmMul64(shape: WmShape, x: Values, w: Values): Reference {
  const y = emptyReference(sizeOf(yShape(shape)))
  visit(shape, (ix, iw, iy) => addTo(y, iy, product(x, ix, w, iw)))
  return y
}

export function wmMulGradX64(shape: WmShape, dy: Values, w: Values): Reference {
  const dx = emptyReference(sizeOf(xShape(shape)))
  visit(shape, (ix, iw, iy) => addTo(dx, ix, product(dy, iy, w, iw)))
  return dx
}

export function wmMulGradW64(shape: WmShape, x: Values, dy: Values): Reference {
  const dw = emptyReference(sizeOf(wShape(shape)))
  visit(shape, (ix, iw, iy) => addTo(dw, iw, product(x, ix, dy, iy)))
  return dw
}
