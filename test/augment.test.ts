import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RandomStream } from '../src/random/stream.ts'
import { createStream } from '../src/random/stream.ts'
import type { BatchShape } from '../src/training/augment/augment.ts'
import { augments } from '../src/training/augment/index.ts'
import { randomCrop } from '../src/training/augment/random-crop.ts'
import { randomFlip } from '../src/training/augment/random-flip.ts'

/** A stream that gives these numbers in turn and then fails. */
function scripted(numbers: readonly number[]): RandomStream {
  const left = [...numbers]
  const next = () => {
    const value = left.shift()
    if (value === undefined) throw new Error('more was drawn than expected')
    return value
  }
  return { uniform: next, integer: next, normal: next, fork: () => scripted(left) }
}

const one: BatchShape = { count: 1, height: 2, width: 3, channels: 1, range: [0, 1] }
const image = Float32Array.of(1, 2, 3, 4, 5, 6)

describe('random_crop', () => {
  test.each<[string, readonly number[], readonly number[]]>([
    ['in place', [1, 1], [1, 2, 3, 4, 5, 6]],
    ['window up and left: the image moves down and right', [0, 0], [0, 0, 0, 0, 1, 2]],
    ['window down and right: the image moves up and left', [2, 2], [5, 6, 0, 0, 0, 0]],
    ['window right', [1, 2], [2, 3, 0, 5, 6, 0]],
    ['window up', [0, 1], [0, 0, 0, 1, 2, 3]],
  ])('%s', (_, draws, wanted) => {
    expect(randomCrop.apply({ pad: 1 }, image, one, scripted(draws))).toEqual(Float32Array.from(wanted))
  })

  test('pads with the low value, moves channels together, and each image by its own', () => {
    const shape: BatchShape = { count: 2, height: 1, width: 2, channels: 2, range: [-1, 1] }
    const images = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
    const moved = randomCrop.apply({ pad: 1 }, images, shape, scripted([1, 0, 1, 2]))
    expect(moved).toEqual(Float32Array.of(-1, -1, 1, 2, 7, 8, -1, -1))
  })

  test('may move an image out altogether', () => {
    expect(randomCrop.apply({ pad: 4 }, image, one, scripted([4, 8]))).toEqual(new Float32Array(6))
    expect(randomCrop.apply({ pad: 4 }, image, one, scripted([0, 4]))).toEqual(new Float32Array(6))
  })

  test('equals padding and cutting out, pixel by pixel', () => {
    const dims = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
      channels: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(dims, fc.integer({ min: 1, max: 6 }), fc.integer(), (dim, pad, seed) => {
        const shape: BatchShape = { ...dim, range: [-2, 1] }
        const { count, height, width, channels } = dim
        const images = Float32Array.from({ length: count * height * width * channels }, (_, index) => index)
        const random = createStream(seed)
        const moved = randomCrop.apply({ pad }, images, shape, createStream(seed))
        for (let b = 0; b < count; b++) {
          const top = random.integer(2 * pad + 1)
          const left = random.integer(2 * pad + 1)
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
              for (let c = 0; c < channels; c++) {
                const [row, column] = [y + top - pad, x + left - pad]
                const inside = row >= 0 && row < height && column >= 0 && column < width
                const wanted = inside ? images[((b * height + row) * width + column) * channels + c] : -2
                expect(moved[((b * height + y) * width + x) * channels + c]).toBe(wanted)
              }
        }
      }),
    )
  })

  test('reaches every place equally often', () => {
    const shape: BatchShape = { count: 2500, height: 3, width: 3, channels: 1, range: [0, 1] }
    const dot = Float32Array.from({ length: 2500 * 9 }, (_, index) => (index % 9 === 4 ? 1 : 0))
    const moved = randomCrop.apply({ pad: 1 }, dot, shape, createStream(11))
    const hits = Array.from(
      { length: 9 },
      (_, place) => moved.filter((value, index) => index % 9 === place && value === 1).length,
    )
    expect(hits.reduce((sum, count) => sum + count, 0)).toBe(2500)
    // χ² with 8 degrees of freedom exceeds 26.1 with probability 0.001; the seed is fixed.
    expect(hits.reduce((sum, count) => sum + (count - 2500 / 9) ** 2 / (2500 / 9), 0)).toBeLessThan(26.1)
  })
})

describe('random_flip', () => {
  test('mirrors left to right, channels kept in order, image by image', () => {
    expect(randomFlip.apply({ p: 0.5 }, image, one, scripted([0.4]))).toEqual(Float32Array.of(3, 2, 1, 6, 5, 4))
    expect(randomFlip.apply({ p: 0.5 }, image, one, scripted([0.5]))).toEqual(image)
    const shape: BatchShape = { count: 2, height: 1, width: 2, channels: 2, range: [0, 1] }
    const two = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
    expect(randomFlip.apply({ p: 0.5 }, two, shape, scripted([0.9, 0.1]))).toEqual(
      Float32Array.of(1, 2, 3, 4, 7, 8, 5, 6),
    )
  })

  test('never at p=0, always at p=1, about half the time at 0.5', () => {
    const shape: BatchShape = { count: 1000, height: 1, width: 2, channels: 1, range: [0, 1] }
    const images = Float32Array.from({ length: 2000 }, (_, index) => index % 2)
    const flips = (p: number) =>
      randomFlip.apply({ p }, images, shape, createStream(1)).filter((value, index) => index % 2 === 0 && value === 1)
        .length
    expect([flips(0), flips(1)]).toEqual([0, 1000])
    expect(Math.abs(flips(0.5) - 500)).toBeLessThan(50)
  })
})

test('twice mirrored is the image itself', () => {
  fc.assert(
    fc.property(fc.float32Array({ minLength: 24, maxLength: 24, noNaN: true }), (images) => {
      const shape: BatchShape = { count: 2, height: 2, width: 3, channels: 2, range: [0, 1] }
      const once = randomFlip.apply({ p: 1 }, images, shape, createStream(1))
      expect(randomFlip.apply({ p: 1 }, once, shape, createStream(1))).toEqual(Float32Array.from(images))
    }),
  )
})

const examples = { random_crop: { pad: 2 }, random_flip: { p: 0.5 } }

test('every augmentation has a row here', () => {
  expect([...augments.keys()]).toEqual(Object.keys(examples))
})

test.each(Object.entries(examples))('%s is decided by its stream and leaves its input alone', (name, args) => {
  const shape: BatchShape = { count: 50, height: 4, width: 4, channels: 1, range: [0, 1] }
  const images = Float32Array.from({ length: 800 }, (_, index) => index)
  const before = Float32Array.from(images)
  const run = (seed: number) => augments.get(name)?.apply(args, images, shape, createStream(seed))
  expect(run(1)).toEqual(run(1))
  expect(run(1)).not.toEqual(run(2))
  expect(images).toEqual(before)
})
