import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeImages, shuffledIndices } from '../src/data/batches.ts'
import type { Split } from '../src/data/dataset.ts'
import { createStream } from '../src/random/stream.ts'

const split: Split = { images: Uint8Array.of(0, 255, 51, 102, 1, 254), labels: Uint8Array.of(0, 1, 2), count: 3 }

test('decodes the images asked for, in that order', () => {
  const wanted = [1 / 255, 254 / 255, 0, 1, 1 / 255, 254 / 255]
  expect(decodeImages(split, [2, 0, 2], [0, 1])).toEqual(Float32Array.from(wanted))
})

test('maps bytes linearly onto the range, ends exactly', () => {
  expect(decodeImages(split, [0, 1], [-1, 3])).toEqual(Float32Array.of(-1, 3, -0.2, 0.6))
})

test('decodes nothing from an empty split and refuses an index outside', () => {
  const empty: Split = { images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 }
  expect(decodeImages(empty, [], [0, 1])).toHaveLength(0)
  expect(() => decodeImages(split, [3], [0, 1])).toThrow('image 3 of a split of 3')
  expect(() => decodeImages(split, [-1], [0, 1])).toThrow('image -1')
})

test('every byte decodes to the nearest float32 of its formula', () => {
  const all: Split = { images: Uint8Array.from({ length: 256 }, (_, byte) => byte), labels: Uint8Array.of(0), count: 1 }
  fc.assert(
    fc.property(
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      (low, width) => {
        const decoded = decodeImages(all, [0], [low, low + width])
        return decoded.every((value, byte) => value === Math.fround(low + ((low + width - low) * byte) / 255))
      },
    ),
  )
})

test('a shuffle is a permutation that its stream decides', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer(), (count, seed) => {
      const order = shuffledIndices(count, createStream(seed))
      expect(order).toEqual(shuffledIndices(count, createStream(seed)))
      expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
    }),
  )
  expect(shuffledIndices(100, createStream(1))).not.toEqual(shuffledIndices(100, createStream(2)))
})

test('all orders of three come up equally often', () => {
  const random = createStream(7)
  const counts = new Map<string, number>()
  for (let draw = 0; draw < 6000; draw++) {
    const order = shuffledIndices(3, random).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  // χ² with 5 degrees of freedom exceeds 20.5 with probability 0.001; the seed is fixed, so this is no lottery.
  const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  expect(counts.size).toBe(6)
  expect(chiSquared).toBeLessThan(20.5)
})
