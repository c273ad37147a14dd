// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// The matrix product of dense layers and their gradients. tfjs's own is a scalar loop wherever an operand is transposed.
import { matmul } from './matmul'
import { F } from './memory'

/** Blocks of A are 128 × 256 (second-level cache), panels of B 256 × 8 (first-level cache), both packed. */
const M_BLOCK: i32 = 128
const K_BLOCK: i32 = 256
const PANEL: i32 = 8

/** to[r, c] = from[r·rowStride + c·columnStride], dense. */
function pack(to: usize, from: usize, rows: i32, columns: i32, rowStride: usize, columnStride: usize): void {
  for (let r = 0; r < rows; r++) {
    let p = from
    for (let c = 0; c < columns; c++) {
      store<f32>(to, load<f32>(p))
      to += F
      p += columnStride
    }
    from += rowStride
  }
}

/**
 * C [m, n] = A [m, k] · B [k, n], C dense; A and B with free strides (bytes) in both directions, so that either may be
 * a transpose. `scratch`: 128·256 + 256·8 floats.
 */
export function denseMul(
  a: usize,
  b: usize,
  c: usize,
  scratch: usize,
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
  for (let i = 0; i < m; i += M_BLOCK) {
    const height = min(M_BLOCK, m - i)
    for (let l = 0; l < k; l += K_BLOCK) {
      const depth = min(K_BLOCK, k - l)
      packBlock(scratch, a + am * i + ak * l, height, depth, am, ak)
      for (let j = 0; j < n; j += PANEL) {
        const width = min(PANEL, n - j)
        pack(panel, b + bk * l + bn * j, depth, width, bk, bn)
        multiplyBlock(scratch, panel, c + row * i + <usize>j * F, height, width, depth, row, l > 0)
      }
    }
  }
}

/** Groups of four rows of A, each stored [depth, 4]: what one tile reads lies together. */
function packBlock(to: usize, a: usize, height: i32, depth: i32, am: usize, ak: usize): void {
  for (let i = 0; i < height; i += 4) {
    const rows = min(4, height - i)
    pack(to, a + am * i, depth, rows, ak, am)
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
  for (let i = 0; i < height; i += 4) {
    const rows = min(4, height - i)
    matmul(rows, width, depth, a, F, <usize>rows * F, panel, <usize>width * F, c + row * i, row, accumulate)
    a += <usize>(rows * depth) * F
  }
}
