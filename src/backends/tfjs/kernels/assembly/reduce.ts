// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Sums over axes that are not the last: tfjs's wasm backend transposes the whole array first.
import { clearFloats, F } from './memory'

/** Rows that are summed on their own before they are added to the rest: rounding grows with the longest chain. */
const CHAIN: i32 = 128

/** Neighbouring elements that one thread sums. */
const RUN: i32 = 64

/**
 * y[o, i] = scale · Σ_r x[o, r, i] for items [first, last) of the outer · ⌈inner/64⌉ runs of up to 64 inner elements.
 */
export function sumMiddle(
  first: i32,
  last: i32,
  _scratch: usize,
  x: usize,
  y: usize,
  rows: i32,
  inner: i32,
  scale: f32,
): void {
  const runs = (inner + RUN - 1) / RUN
  // Neighbouring runs of one outer index are summed together.
  for (let item = first; item < last; ) {
    const outer = item / runs
    const run = item % runs
    const count = min(runs - run, last - item)
    const from = run * RUN
    const width = min(inner - from, count * RUN)
    sumRows(
      x + <usize>(outer * rows * inner + from) * F,
      y + <usize>(outer * inner + from) * F,
      rows,
      inner,
      width,
      scale,
    )
    item += count
  }
}

function sumRows(x: usize, y: usize, rows: i32, inner: i32, width: i32, scale: f32): void {
  const row = <usize>inner * F
  clearFloats(y, width)
  for (let r = 0; r < rows; r += CHAIN) {
    const count = min(CHAIN, rows - r)
    addRows(x, y, count, row, width, r + count === rows ? scale : 1)
    x += row * count
  }
}

/**
 * y[i] = scale · (y[i] + Σ_r x[r, i]), a cache line of 16 floats at a time: rows often lie a multiple of a page apart and
 * share few cache sets, so that a line would be gone before its second half is wanted.
 */
function addRows(x: usize, y: usize, rows: i32, row: usize, inner: i32, scale: f32): void {
  const factor = f32x4.splat(scale)
  let i = 0
  for (; i + 16 <= inner; i += 16) {
    let s0 = f32x4.splat(0)
    let s1 = f32x4.splat(0)
    let s2 = f32x4.splat(0)
    let s3 = f32x4.splat(0)
    let p = x
    for (let r = 0; r < rows; r++) {
      s0 = f32x4.add(s0, v128.load(p))
      s1 = f32x4.add(s1, v128.load(p, 16))
      s2 = f32x4.add(s2, v128.load(p, 32))
      s3 = f32x4.add(s3, v128.load(p, 48))
      p += row
    }
    v128.store(y, f32x4.mul(factor, f32x4.add(s0, v128.load(y))))
    v128.store(y, f32x4.mul(factor, f32x4.add(s1, v128.load(y, 16))), 16)
    v128.store(y, f32x4.mul(factor, f32x4.add(s2, v128.load(y, 32))), 32)
    v128.store(y, f32x4.mul(factor, f32x4.add(s3, v128.load(y, 48))), 48)
    x += 16 * F
    y += 16 * F
  }
  for (; i + 4 <= inner; i += 4) {
    let s0 = f32x4.splat(0)
    let p = x
    for (let r = 0; r < rows; r++) {
      s0 = f32x4.add(s0, v128.load(p))
      p += row
    }
    v128.store(y, f32x4.mul(factor, f32x4.add(s0, v128.load(y))))
    x += 4 * F
    y += 4 * F
  }
  for (; i < inner; i++) {
    let s: f32 = 0
    for (let r = 0; r < rows; r++) s += load<f32>(x + row * r)
    store<f32>(y, scale * (s + load<f32>(y)))
    x += F
    y += F
  }
}

/** y[id[r], i] = Σ_r x[r, i]; `ids` are int32, and rows whose id lies outside [0, segments) are left out. One item. */
export function segmentSum(
  _first: i32,
  _last: i32,
  _scratch: usize,
  x: usize,
  ids: usize,
  y: usize,
  rows: i32,
  inner: i32,
  segments: i32,
): void {
  clearFloats(y, segments * inner)
  for (let r = 0; r < rows; r++) {
    const id = load<i32>(ids)
    ids += 4
    if (id >= 0 && id < segments) {
      const to = y + <usize>(id * inner) * F
      for (let i = 0; i < inner; i++) {
        const at = <usize>i * F
        store<f32>(to + at, load<f32>(to + at) + load<f32>(x + at))
      }
    }
    x += <usize>inner * F
  }
}
