// @ts-nocheck AssemblyScript, not TypeScript: asc checks this file.
// The module lives in tfjs's heap: it owns no memory, no stack and no data segment. All pointers are byte
// offsets into that heap, all arrays float32 and dense, and the caller hands in every scratch area.

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
  for (let r = 0; r < rows; r++) {
    let p = to + <usize>r * F
    for (let c = 0; c < columns; c++) {
      store<f32>(p, load<f32>(from))
      from += F
      p += <usize>rows * F
    }
  }
}
