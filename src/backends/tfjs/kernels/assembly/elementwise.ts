// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// One pass over arrays of `count` elements, four at a time; items are these groups of four. Outputs may be the inputs.
import { F } from './memory'

/** dx = dy where y > 0, else 0. */
export function reluGrad(first: i32, last: i32, _scratch: usize, dy: usize, y: usize, dx: usize, count: i32): void {
  const zero = f32x4.splat(0)
  const end = min(count, last * 4)
  let i = first * 4
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i * F
    v128.store(dx + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero)))
  }
  for (; i < end; i++) {
    const at = <usize>i * F
    store<f32>(dx + at, load<f32>(y + at) > 0 ? load<f32>(dy + at) : 0)
  }
}

/** y = x where x > 0, else 0; NaN stays. */
export function relu(first: i32, last: i32, _scratch: usize, x: usize, y: usize, count: i32): void {
  const end = min(count, last * 4)
  clamp(x + <usize>(first * 4) * F, y + <usize>(first * 4) * F, end - first * 4)
}

function clamp(x: usize, y: usize, count: i32): void {
  const zero = f32x4.splat(0)
  let i = 0
  for (; i + 4 <= count; i += 4) {
    v128.store(y, f32x4.max(v128.load(x), zero))
    x += 4 * F
    y += 4 * F
  }
  for (; i < count; i++) {
    store<f32>(y, max<f32>(load<f32>(x), 0))
    x += F
    y += F
  }
}

/** Rows [first, last) of `inner` elements: y[r, i] = x[r, i] + b[i], and relu of that where `clamped`. */
export function addToRows(
  first: i32,
  last: i32,
  _scratch: usize,
  x: usize,
  b: usize,
  y: usize,
  inner: i32,
  clamped: bool,
): void {
  const row = <usize>inner * F
  x += row * first
  y += row * first
  for (let r = first; r < last; r++) {
    let i = 0
    for (; i + 4 <= inner; i += 4) {
      const at = <usize>i * F
      v128.store(y + at, f32x4.add(v128.load(x + at), v128.load(b + at)))
    }
    for (; i < inner; i++) {
      const at = <usize>i * F
      store<f32>(y + at, load<f32>(x + at) + load<f32>(b + at))
    }
    if (clamped) clamp(y, y, inner)
    x += row
    y += row
  }
}
