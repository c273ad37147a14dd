// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
import { clearFloats, F } from './memory'

/**
 * The gradient of max pooling: dy of a window goes to the first element, in reading order, that equals the maximum y.
 * Images [first, last) of x, dx [batch, h, w, c]; y, dy [batch, oh, ow, c]; windows kh × kw, `top` and `left` rows and columns of padding.
 */
export function maxPoolGrad(
  first: i32,
  last: i32,
  _scratch: usize,
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  top: i32,
  left: i32,
): void {
  const pixel = <usize>c * F
  clearFloats(dx + pixel * (h * w) * first, (last - first) * h * w * c)
  y += pixel * (oh * ow) * first
  dy += pixel * (oh * ow) * first
  const toGradient = dx - x
  for (let b = first; b < last; b++) {
    for (let o = 0; o < oh; o++) {
      const begin = max(0, o * sh - top)
      const end = min(h, o * sh - top + kh)
      for (let p = 0; p < ow; p++) {
        const start = max(0, p * sw - left)
        const stop = min(w, p * sw - left + kw)
        const corner = x + pixel * ((b * h + begin) * w + start)
        giveWindow(corner, y, dy, toGradient, end - begin, stop - start, c, pixel * w)
        y += pixel
        dy += pixel
      }
    }
  }
}

function giveWindow(
  x: usize,
  y: usize,
  dy: usize,
  toGradient: usize,
  rows: i32,
  columns: i32,
  c: i32,
  row: usize,
): void {
  const pixel = <usize>c * F
  let i = 0
  for (; i + 4 <= c; i += 4) {
    const maximum = v128.load(y)
    let open = v128.load(dy)
    for (let r = 0; r < rows; r++) {
      let p = x + row * r
      for (let s = 0; s < columns; s++) {
        const here = f32x4.eq(v128.load(p), maximum)
        const target = p + toGradient
        v128.store(target, f32x4.add(v128.load(target), v128.and(open, here)))
        open = v128.andnot(open, here)
        p += pixel
      }
    }
    x += 4 * F
    y += 4 * F
    dy += 4 * F
  }
  for (; i < c; i++) {
    giveScalar(x, load<f32>(y), load<f32>(dy), toGradient, rows, columns, pixel, row)
    x += F
    y += F
    dy += F
  }
}

function giveScalar(
  x: usize,
  maximum: f32,
  dy: f32,
  toGradient: usize,
  rows: i32,
  columns: i32,
  pixel: usize,
  row: usize,
): void {
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < columns; s++) {
      const p = x + row * r + pixel * s
      if (load<f32>(p) === maximum) {
        const target = p + toGradient
        store<f32>(target, load<f32>(target) + dy)
        return
      }
    }
  }
}
