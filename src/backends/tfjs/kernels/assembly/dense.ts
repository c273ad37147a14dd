// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// The matrix product of dense layers and their gradients. tfjs's own is a scalar loop wherever an operand is transposed.
import { matmul } from './matmul'
import { F, moveColumn, transpose4x4 } from './memory'

/** Blocks of A are 128 × 256 (second-level cache), panels of B 256 × 8 (first-level cache), both packed. */
const M_BLOCK: i32 = 128
const K_BLOCK: i32 = 256
const TILE: i32 = 4
const PANEL: i32 = 8

/** to[l, i] = from[i·laneStride + l·kStride], dense: what a tile reads at one step of the sum lies together. */
function pack(to: usize, from: usize, lanes: i32, k: i32, laneStride: usize, kStride: usize): void {
  const row = <usize>lanes * F
  if (lanes % 4 > 0) {
    for (let l = 0; l < k; l++) moveColumn(to + row * l, from + kStride * l, laneStride, lanes)
    return
  }
  for (let i = 0; i < lanes; i += 4) {
    packFour(to + <usize>i * F, from + laneStride * i, k, row, laneStride, kStride)
  }
}

function packFour(to: usize, from: usize, k: i32, row: usize, laneStride: usize, kStride: usize): void {
  let l = 0
  if (laneStride === F) {
    for (; l < k; l++) {
      v128.store(to, v128.load(from))
      to += row
      from += kStride
    }
    return
  }
  if (kStride === F) {
    for (; l + 4 <= k; l += 4) {
      transpose4x4(to, row, from, laneStride)
      to += 4 * row
      from += 4 * F
    }
  }
  for (; l < k; l++) {
    moveColumn(to, from, laneStride, 4)
    to += row
    from += kStride
  }
}

/**
 * C [m, n] = A [m, k] · B [k, n], C dense; A and B with free strides (bytes) in both directions, so that either may be
 * a transpose. Items are groups of four rows of C. `scratch`: 128·256 + 256·8 floats.
 */
export function denseMul(
  first: i32,
  last: i32,
  scratch: usize,
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  am: usize,
  ak: usize,
  bk: usize,
  bn: usize,
): void {
  const panel = scratch + <usize>(M_BLOCK * K_BLOCK) * F
  const row = <usize>n * F
  const end = min(m, last * TILE)
  for (let i = first * TILE; i < end; i += M_BLOCK) {
    const height = min(M_BLOCK, end - i)
    for (let l = 0; l < k; l += K_BLOCK) {
      const depth = min(K_BLOCK, k - l)
      packBlock(scratch, a + am * i + ak * l, height, depth, am, ak)
      for (let j = 0; j < n; j += PANEL) {
        const width = min(PANEL, n - j)
        pack(panel, b + bk * l + bn * j, width, depth, bn, bk)
        multiplyBlock(scratch, panel, c + row * i + <usize>j * F, height, width, depth, row, l > 0)
      }
    }
  }
}

/** Groups of four rows of A, each stored [depth, 4]. */
function packBlock(to: usize, a: usize, height: i32, depth: i32, am: usize, ak: usize): void {
  for (let i = 0; i < height; i += TILE) {
    const rows = min(TILE, height - i)
    pack(to, a + am * i, rows, depth, am, ak)
    to += <usize>(rows * depth) * F
  }
}

function multiplyBlock(
  a: usize,
  panel: usize,
  c: usize,
  height: i32,
  width: i32,
  depth: i32,
  row: usize,
  accumulate: bool,
): void {
  for (let i = 0; i < height; i += TILE) {
    const rows = min(TILE, height - i)
    matmul(rows, width, depth, a, F, <usize>rows * F, panel, <usize>width * F, c + row * i, row, accumulate)
    a += <usize>(rows * depth) * F
  }
}
