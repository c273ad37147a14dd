// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// C [m, n] = (C +) A [m, k] · B [k, n]. A has free strides in both directions (so that xᵀ needs no copy), B and
// C have free row strides and dense rows. Tiles of 4 × 8 keep eight independent accumulators in registers, which is
// what it takes to hide the latency of the additions; the order in
// which an element's products are added depends on the strides and its column alone, not on the number of rows.
import { F } from './memory'

export function matmul(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  am: usize,
  ak: usize,
  b: usize,
  bk: usize,
  c: usize,
  cm: usize,
  accumulate: bool,
): void {
  let i = 0
  for (; i + 4 <= m; i += 4) {
    multiplyRows4(n, k, a, am, ak, b, bk, c, cm, accumulate)
    a += 4 * am
    c += 4 * cm
  }
  for (; i < m; i++) {
    multiplyRow(n, k, a, ak, b, bk, c, accumulate)
    a += am
    c += cm
  }
}

function multiplyRows4(
  n: i32,
  k: i32,
  a: usize,
  am: usize,
  ak: usize,
  b: usize,
  bk: usize,
  c: usize,
  cm: usize,
  accumulate: bool,
): void {
  let j = 0
  for (; j + 8 <= n; j += 8) {
    multiplyTile4x8(k, a, am, ak, b, bk, c, cm, accumulate)
    b += 8 * F
    c += 8 * F
  }
  if (j + 4 <= n) {
    multiplyTile4x4(k, a, am, ak, b, bk, c, cm, accumulate)
    b += 4 * F
    c += 4 * F
    j += 4
  }
  for (; j < n; j++) {
    multiplyTile4x1(k, a, am, ak, b, bk, c, cm, accumulate)
    b += F
    c += F
  }
}

function multiplyTile4x8(
  k: i32,
  a: usize,
  am: usize,
  ak: usize,
  b: usize,
  bk: usize,
  c: usize,
  cm: usize,
  accumulate: bool,
): void {
  const c1 = c + cm
  const c2 = c1 + cm
  const c3 = c2 + cm
  const zero = f32x4.splat(0)
  let r00 = zero
  let r01 = zero
  let r10 = zero
  let r11 = zero
  let r20 = zero
  let r21 = zero
  let r30 = zero
  let r31 = zero
  if (accumulate) {
    r00 = v128.load(c)
    r01 = v128.load(c, 16)
    r10 = v128.load(c1)
    r11 = v128.load(c1, 16)
    r20 = v128.load(c2)
    r21 = v128.load(c2, 16)
    r30 = v128.load(c3)
    r31 = v128.load(c3, 16)
  }
  let a1 = a + am
  let a2 = a1 + am
  let a3 = a2 + am
  for (; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const x0 = v128.load_splat<f32>(a)
    r00 = f32x4.add(r00, f32x4.mul(x0, b0))
    r01 = f32x4.add(r01, f32x4.mul(x0, b1))
    const x1 = v128.load_splat<f32>(a1)
    r10 = f32x4.add(r10, f32x4.mul(x1, b0))
    r11 = f32x4.add(r11, f32x4.mul(x1, b1))
    const x2 = v128.load_splat<f32>(a2)
    r20 = f32x4.add(r20, f32x4.mul(x2, b0))
    r21 = f32x4.add(r21, f32x4.mul(x2, b1))
    const x3 = v128.load_splat<f32>(a3)
    r30 = f32x4.add(r30, f32x4.mul(x3, b0))
    r31 = f32x4.add(r31, f32x4.mul(x3, b1))
    a += ak
    a1 += ak
    a2 += ak
    a3 += ak
    b += bk
  }
  v128.store(c, r00)
  v128.store(c, r01, 16)
  v128.store(c1, r10)
  v128.store(c1, r11, 16)
  v128.store(c2, r20)
  v128.store(c2, r21, 16)
  v128.store(c3, r30)
  v128.store(c3, r31, 16)
}

function multiplyTile4x4(
  k: i32,
  a: usize,
  am: usize,
  ak: usize,
  b: usize,
  bk: usize,
  c: usize,
  cm: usize,
  accumulate: bool,
): void {
  const c1 = c + cm
  const c2 = c1 + cm
  const c3 = c2 + cm
  const zero = f32x4.splat(0)
  let r0 = zero
  let r1 = zero
  let r2 = zero
  let r3 = zero
  if (accumulate) {
    r0 = v128.load(c)
    r1 = v128.load(c1)
    r2 = v128.load(c2)
    r3 = v128.load(c3)
  }
  let a1 = a + am
  let a2 = a1 + am
  let a3 = a2 + am
  for (; k > 0; k--) {
    const b0 = v128.load(b)
    r0 = f32x4.add(r0, f32x4.mul(v128.load_splat<f32>(a), b0))
    r1 = f32x4.add(r1, f32x4.mul(v128.load_splat<f32>(a1), b0))
    r2 = f32x4.add(r2, f32x4.mul(v128.load_splat<f32>(a2), b0))
    r3 = f32x4.add(r3, f32x4.mul(v128.load_splat<f32>(a3), b0))
    a += ak
    a1 += ak
    a2 += ak
    a3 += ak
    b += bk
  }
  v128.store(c, r0)
  v128.store(c1, r1)
  v128.store(c2, r2)
  v128.store(c3, r3)
}

function multiplyTile4x1(
  k: i32,
  a: usize,
  am: usize,
  ak: usize,
  b: usize,
  bk: usize,
  c: usize,
  cm: usize,
  accumulate: bool,
): void {
  if (ak === F && bk === F) {
    for (let i = 0; i < 4; i++) multiplyTile1x1(k, a + am * i, ak, b, bk, c + cm * i, accumulate)
    return
  }
  const c1 = c + cm
  const c2 = c1 + cm
  const c3 = c2 + cm
  let r0: f32 = accumulate ? load<f32>(c) : 0
  let r1: f32 = accumulate ? load<f32>(c1) : 0
  let r2: f32 = accumulate ? load<f32>(c2) : 0
  let r3: f32 = accumulate ? load<f32>(c3) : 0
  let a1 = a + am
  let a2 = a1 + am
  let a3 = a2 + am
  for (; k > 0; k--) {
    const b0 = load<f32>(b)
    r0 += load<f32>(a) * b0
    r1 += load<f32>(a1) * b0
    r2 += load<f32>(a2) * b0
    r3 += load<f32>(a3) * b0
    a += ak
    a1 += ak
    a2 += ak
    a3 += ak
    b += bk
  }
  store<f32>(c, r0)
  store<f32>(c1, r1)
  store<f32>(c2, r2)
  store<f32>(c3, r3)
}

function multiplyRow(n: i32, k: i32, a: usize, ak: usize, b: usize, bk: usize, c: usize, accumulate: bool): void {
  let j = 0
  for (; j + 8 <= n; j += 8) {
    multiplyTile1x8(k, a, ak, b, bk, c, accumulate)
    b += 8 * F
    c += 8 * F
  }
  for (; j < n; j++) {
    multiplyTile1x1(k, a, ak, b, bk, c, accumulate)
    b += F
    c += F
  }
}

function multiplyTile1x8(k: i32, a: usize, ak: usize, b: usize, bk: usize, c: usize, accumulate: bool): void {
  const zero = f32x4.splat(0)
  let r0 = zero
  let r1 = zero
  if (accumulate) {
    r0 = v128.load(c)
    r1 = v128.load(c, 16)
  }
  for (; k > 0; k--) {
    const x = v128.load_splat<f32>(a)
    r0 = f32x4.add(r0, f32x4.mul(x, v128.load(b)))
    r1 = f32x4.add(r1, f32x4.mul(x, v128.load(b, 16)))
    a += ak
    b += bk
  }
  v128.store(c, r0)
  v128.store(c, r1, 16)
}

function multiplyTile1x1(k: i32, a: usize, ak: usize, b: usize, bk: usize, c: usize, accumulate: bool): void {
  let r: f32 = accumulate ? load<f32>(c) : 0
  if (ak === F && bk === F) {
    let sum = f32x4.splat(0)
    for (; k >= 4; k -= 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)))
      a += 4 * F
      b += 4 * F
    }
    r += f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
    r += f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
  }
  for (; k > 0; k--) {
    r += load<f32>(a) * load<f32>(b)
    a += ak
    b += bk
  }
  store<f32>(c, r)
}
