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
