// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// The module lives in tfjs's heap: it owns no memory, no stack and no data segment. All pointers are byte
// offsets into that heap, all arrays float32 and dense, and the caller hands in every scratch area.
//
// Every exported function starts with (first, last, scratch): it does items [first, last) of the work, and threads may do
// disjoint ranges at once. What one element sums, and in which order, never depends on the range.

/** Bytes of a float32. */
export const F: usize = 4

export function clearFloats(to: usize, count: i32): void {
  memory.fill(to, 0, <usize>count * F)
}

/** memory.copy costs a call into the engine, which short runs do not repay. */
export function copyFloats(to: usize, from: usize, count: i32): void {
  let i = 0
  for (; i + 4 <= count; i += 4) {
    v128.store(to, v128.load(from))
    to += 4 * F
    from += 4 * F
  }
  for (; i < count; i++) {
    store<f32>(to, load<f32>(from))
    to += F
    from += F
  }
}

/** [rows, columns] to [columns, rows]. */
export function transpose(to: usize, from: usize, rows: i32, columns: i32): void {
  const row = <usize>columns * F
  const column = <usize>rows * F
  let r = 0
  for (; r + 4 <= rows; r += 4) {
    let c = 0
    for (; c + 4 <= columns; c += 4) {
      transpose4x4(to + column * c + <usize>r * F, column, from + row * r + <usize>c * F, row)
    }
    for (; c < columns; c++) moveColumn(to + column * c + <usize>r * F, from + row * r + <usize>c * F, row, 4)
  }
  if (r === rows) return
  for (let c = 0; c < columns; c++) {
    moveColumn(to + column * c + <usize>r * F, from + row * r + <usize>c * F, row, rows - r)
  }
}

/** `count` floats that lie `step` bytes apart, to a dense run. */
export function moveColumn(to: usize, from: usize, step: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<f32>(to, load<f32>(from))
    to += F
    from += step
  }
}

/** Four rows of four floats, `fromRow` bytes apart, to four rows `toRow` bytes apart. */
export function transpose4x4(to: usize, toRow: usize, from: usize, fromRow: usize): void {
  const a = v128.load(from)
  const b = v128.load(from + fromRow)
  const c = v128.load(from + 2 * fromRow)
  const d = v128.load(from + 3 * fromRow)
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2))
  v128.store(to + toRow, v128.shuffle<f64>(ab0, cd0, 1, 3))
  v128.store(to + 2 * toRow, v128.shuffle<f64>(ab1, cd1, 0, 2))
  v128.store(to + 3 * toRow, v128.shuffle<f64>(ab1, cd1, 1, 3))
}
