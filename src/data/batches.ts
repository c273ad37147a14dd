import type { RandomStream } from '../random/stream.ts'
import type { Split } from './dataset.ts'

/**
 * The images at `indices` as float32 [n, H, W, C], row-major: byte b becomes low + (high − low)·b/255,
 * computed in float64 and rounded once, so that every backend starts from the same numbers.
 * An index outside the split is a bug in the caller.
 */
export function decodeImages(
  split: Split,
  indices: ArrayLike<number>,
  range: readonly [number, number],
): Float32Array<ArrayBuffer> {
  const size = split.count === 0 ? 0 : split.images.length / split.count
  const values = byteValues(range)
  const decoded = new Float32Array(indices.length * size)
  for (let place = 0; place < indices.length; place++) {
    const index = indices[place] ?? Number.NaN
    if (!(index >= 0 && index < split.count)) throw new Error(`image ${index} of a split of ${split.count}`)
    for (let offset = 0; offset < size; offset++) {
      decoded[place * size + offset] = values[split.images[index * size + offset] ?? 0] ?? 0
    }
  }
  return decoded
}

/** 0 … count − 1 in an order drawn by Fisher and Yates's shuffle (Durstenfeld's in-place form): the epoch's permutation. */
export function shuffledIndices(count: number, random: RandomStream): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const chosen = random.integer(last + 1)
    const held = order[last] ?? 0
    order[last] = order[chosen] ?? 0
    order[chosen] = held
  }
  return order
}

/** What each of the 256 bytes stands for. */
function byteValues([low, high]: readonly [number, number]): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => low + ((high - low) * byte) / 255)
}
