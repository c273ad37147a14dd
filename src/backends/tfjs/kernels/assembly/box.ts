// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Sums over k × k windows, one axis after the other: rows into a line of scratch, then columns out of it. The box and its
// adjoint differ only in which source indices an output index sums (`firstSource`, `endSource`).
import { clearFloats, F } from './memory'

/** First source index of output `o`: o·stride − padding for the box; for the adjoint the first window that holds o. */
function firstSource(o: i32, k: i32, stride: i32, padding: i32, adjoint: bool): i32 {
  if (!adjoint) return max(0, o * stride - padding)
  const reach = o + padding - k + 1
  return reach <= 0 ? 0 : (reach + stride - 1) / stride
}

/** One past the last source index of output `o`, of `size` source indices. */
function endSource(o: i32, k: i32, stride: i32, padding: i32, adjoint: bool, size: i32): i32 {
  return min(size, adjoint ? (o + padding) / stride + 1 : o * stride - padding + k)
}

/**
 * Images [first, last) of x [batch, h, w, c] to y [batch, oh, ow, c]. `scratch`: (w + 2·margin)·c floats, where margin is the zeros that a line needs
 * on both sides so that every window of the unstrided fast path lies inside it. Every sum is multiplied by `scale`.
 */
export function box(
  first: i32,
  last: i32,
  scratch: usize,
  x: usize,
  y: usize,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  k: i32,
  stride: i32,
  padding: i32,
  adjoint: bool,
  margin: i32,
  scale: f32,
): void {
  const width = w * c
  const row = <usize>width * F
  const dense = stride === 1 && margin >= 0
  const middle = dense ? scratch + <usize>(margin * c) * F : scratch
  if (dense) {
    clearFloats(scratch, margin * c)
    clearFloats(middle + row, margin * c)
  }
  x += row * (h * first)
  y += <usize>(oh * ow * c) * F * first
  for (let b = first; b < last; b++) {
    for (let o = 0; o < oh; o++) {
      const from = firstSource(o, k, stride, padding, adjoint)
      addRows(middle, x + row * from, endSource(o, k, stride, padding, adjoint, h) - from, width, scale)
      if (dense) addWindows(y, scratch, k, c, ow * c)
      else addRanges(y, middle, w, c, ow, k, stride, padding, adjoint)
      y += <usize>(ow * c) * F
    }
    x += row * h
  }
}

/** to[i] = scale · Σ over `count` dense rows of `width` floats. */
function addRows(to: usize, from: usize, count: i32, width: i32, scale: f32): void {
  const row = <usize>width * F
  const factor = f32x4.splat(scale)
  let i = 0
  for (; i + 8 <= width; i += 8) {
    let s0 = f32x4.splat(0),
      s1 = f32x4.splat(0)
    let p = from
    for (let r = 0; r < count; r++) {
      s0 = f32x4.add(s0, v128.load(p))
      s1 = f32x4.add(s1, v128.load(p, 16))
      p += row
    }
    v128.store(to, f32x4.mul(factor, s0))
    v128.store(to, f32x4.mul(factor, s1), 16)
    from += 8 * F
    to += 8 * F
  }
  for (; i < width; i++) {
    let s: f32 = 0
    for (let r = 0; r < count; r++) s += load<f32>(from + row * r)
    store<f32>(to, scale * s)
    from += F
    to += F
  }
}

/** to[i] = Σ_j from[i + j·c]: with stride 1 all channels and columns of a line are one run. */
function addWindows(to: usize, from: usize, k: i32, c: i32, width: i32): void {
  const pixel = <usize>c * F
  let i = 0
  for (; i + 8 <= width; i += 8) {
    let s0 = v128.load(from),
      s1 = v128.load(from, 16)
    let p = from
    for (let j = 1; j < k; j++) {
      p += pixel
      s0 = f32x4.add(s0, v128.load(p))
      s1 = f32x4.add(s1, v128.load(p, 16))
    }
    v128.store(to, s0)
    v128.store(to, s1, 16)
    from += 8 * F
    to += 8 * F
  }
  for (; i < width; i++) {
    let s: f32 = 0
    for (let j = 0; j < k; j++) s += load<f32>(from + pixel * j)
    store<f32>(to, s)
    from += F
    to += F
  }
}

function addRanges(
  to: usize,
  from: usize,
  w: i32,
  c: i32,
  ow: i32,
  k: i32,
  stride: i32,
  padding: i32,
  adjoint: bool,
): void {
  const pixel = <usize>c * F
  for (let o = 0; o < ow; o++) {
    const begin = firstSource(o, k, stride, padding, adjoint)
    addRows(to, from + pixel * begin, endSource(o, k, stride, padding, adjoint, w) - begin, c, 1)
    to += pixel
  }
}
