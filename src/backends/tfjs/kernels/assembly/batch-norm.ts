// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// Batch normalisation over the rows of x [rows, c] while training (Ioffe & Szegedy 2015, algorithm 1 and its gradient).
import { F } from './memory'

/**
 * Sums of blocks of `block` rows, items of the work: with d = x − mean, to[item] = (Σ a, Σ a·d), [2, c]; a = d where a is 0.
 * Adding the blocks up is left to the caller: their order, and so the result, does not depend on who summed which.
 */
export function channelSums(
  first: i32,
  last: i32,
  _scratch: usize,
  a: usize,
  x: usize,
  mean: usize,
  to: usize,
  rows: i32,
  c: i32,
  block: i32,
): void {
  const row = <usize>c * F
  const toA = a === 0 ? 0 : a - x
  for (let item = first; item < last; item++) {
    const count = min(block, rows - item * block)
    const from = x + row * (item * block)
    const target = to + 2 * row * item
    let i = 0
    for (; i + 4 <= c; i += 4) {
      const at = <usize>i * F
      sumFour(from + at, a !== 0, toA, v128.load(mean + at), target + at, count, row)
    }
    for (; i < c; i++) {
      const at = <usize>i * F
      sumOne(from + at, a !== 0, toA, load<f32>(mean + at), target + at, count, row)
    }
  }
}

function sumFour(x: usize, other: bool, toA: usize, mean: v128, to: usize, count: i32, row: usize): void {
  let sum = f32x4.splat(0)
  let products = sum
  for (let r = 0; r < count; r++) {
    const d = f32x4.sub(v128.load(x), mean)
    const a = other ? v128.load(x + toA) : d
    sum = f32x4.add(sum, a)
    products = f32x4.add(products, f32x4.mul(a, d))
    x += row
  }
  v128.store(to, sum)
  v128.store(to + row, products)
}

function sumOne(x: usize, other: bool, toA: usize, mean: f32, to: usize, count: i32, row: usize): void {
  let sum: f32 = 0
  let products: f32 = 0
  for (let r = 0; r < count; r++) {
    const d = load<f32>(x) - mean
    const a = other ? load<f32>(x + toA) : d
    sum += a
    products += a * d
    x += row
  }
  store<f32>(to, sum)
  store<f32>(to + row, products)
}

/** sums [2, c] of d = x − mean over `rows` to variance [c]: Σd² corrected by (Σd)²/rows, the rounding error of the mean. One item. */
export function varianceOfSums(
  _first: i32,
  _last: i32,
  _scratch: usize,
  sums: usize,
  variance: usize,
  rows: i32,
  c: i32,
): void {
  const n = <f32>rows
  for (let i = 0; i < c; i++) {
    const at = <usize>i * F
    const sum = load<f32>(sums + at)
    store<f32>(variance + at, max<f32>(0, (load<f32>(sums + at + <usize>c * F) - (sum * sum) / n) / n))
  }
}

/**
 * From sums [2, c] = (Σ dy, Σ dy·d): the gradients of gamma (r·Σ dy·d) and beta (Σ dy), r = 1/√(variance + epsilon), and the
 * coefficients [3, c] with which dx = A·dy + B·d + D. Without gamma (0) it is 1. One item.
 */
export function batchNormCoefficients(
  _first: i32,
  _last: i32,
  _scratch: usize,
  sums: usize,
  variance: usize,
  gamma: usize,
  gammaGrad: usize,
  betaGrad: usize,
  coefficients: usize,
  rows: i32,
  c: i32,
  epsilon: f32,
): void {
  const n = <f32>rows
  const row = <usize>c * F
  for (let i = 0; i < c; i++) {
    const at = <usize>i * F
    const r: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon)
    const scale: f32 = gamma === 0 ? r : r * load<f32>(gamma + at)
    const dys = load<f32>(sums + at)
    const products = load<f32>(sums + at + row)
    store<f32>(gammaGrad + at, products * r)
    store<f32>(betaGrad + at, dys)
    store<f32>(coefficients + at, scale)
    store<f32>(coefficients + at + row, (-scale * r * r * products) / n)
    store<f32>(coefficients + at + 2 * row, (-scale * dys) / n)
  }
}

/** dx = A·dy + B·(x − mean) + D with [3, c] coefficients. Items are rows. */
export function batchNormGrad(
  first: i32,
  last: i32,
  _scratch: usize,
  x: usize,
  dy: usize,
  mean: usize,
  coefficients: usize,
  dx: usize,
  c: i32,
): void {
  const row = <usize>c * F
  for (let r = first; r < last; r++) {
    const base = row * r
    let i = 0
    for (; i + 4 <= c; i += 4) {
      const at = <usize>i * F
      const d = f32x4.sub(v128.load(x + base + at), v128.load(mean + at))
      const p = coefficients + at
      const linear = f32x4.add(f32x4.mul(v128.load(p + row), d), v128.load(p + 2 * row))
      v128.store(dx + base + at, f32x4.add(f32x4.mul(v128.load(p), v128.load(dy + base + at)), linear))
    }
    for (; i < c; i++) {
      const at = <usize>i * F
      const d = load<f32>(x + base + at) - load<f32>(mean + at)
      const p = coefficients + at
      const linear = load<f32>(p + row) * d + load<f32>(p + 2 * row)
      store<f32>(dx + base + at, load<f32>(p) * load<f32>(dy + base + at) + linear)
    }
  }
}

/** y = (x − mean)·scale/√(variance + epsilon) + offset; scale and offset may be 0, absent. `scratch`: c floats. Items are rows. */
export function normalize(
  first: i32,
  last: i32,
  scratch: usize,
  x: usize,
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  y: usize,
  c: i32,
  epsilon: f32,
): void {
  for (let i = 0; i < c; i++) {
    const at = <usize>i * F
    const r: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon)
    store<f32>(scratch + at, scale === 0 ? r : r * load<f32>(scale + at))
  }
  const row = <usize>c * F
  for (let r = first; r < last; r++) {
    const base = row * r
    let i = 0
    for (; i + 4 <= c; i += 4) {
      const at = <usize>i * F
      const d = f32x4.sub(v128.load(x + base + at), v128.load(mean + at))
      const scaled = f32x4.mul(d, v128.load(scratch + at))
      v128.store(y + base + at, offset === 0 ? scaled : f32x4.add(scaled, v128.load(offset + at)))
    }
    for (; i < c; i++) {
      const at = <usize>i * F
      const scaled = (load<f32>(x + base + at) - load<f32>(mean + at)) * load<f32>(scratch + at)
      store<f32>(y + base + at, offset === 0 ? scaled : scaled + load<f32>(offset + at))
    }
  }
}
