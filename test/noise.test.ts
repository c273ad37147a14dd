import { describe, expect, test } from 'vitest'
import { noises } from '../src/noise/index.ts'
import { createStream } from '../src/random/stream.ts'
import { printCall, type ResolvedCall } from '../src/registry/construct.ts'
import { callOf } from './training-fixtures.ts'

const ranges = [
  [0, 1],
  [-1, 3],
] as const

const calls: readonly ResolvedCall[] = [
  callOf('noise', 'uniform', { upper: [0], renormalize: 'minmax' }),
  callOf('noise', 'uniform', { upper: [0], renormalize: 'divide' }),
  callOf('noise', 'gaussian', { std: [0] }),
  callOf('noise', 'salt_and_pepper', { fraction: [0] }),
]

function perturb(call: ResolvedCall, level: number, image: Float32Array, range: readonly [number, number], seed = 1) {
  const spec = noises.get(call.name)
  if (spec === undefined) throw new Error(call.name)
  return spec.perturb(call.args, level, image, range, createStream(seed, 'noise'))
}

/** 12x12 values in the range that do not reach its ends. */
function imageIn([low, high]: readonly [number, number]): Float32Array {
  const random = createStream(5)
  return Float32Array.from({ length: 144 }, () => low + (high - low) * (0.2 + 0.6 * random.uniform()))
}

test('every noise of the registry is tested here', () => {
  expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(noises.keys()))
})

describe.each(calls.map((call) => ({ title: printCall(call), call })))('$title', ({ call }) => {
  describe.each(ranges)('in [%d, %d]', (...range) => {
    const image = imageIn(range)

    test('stays within the range and leaves the image alone', () => {
      const before = image.slice()
      for (const level of [0.05, 0.3, 1]) {
        const noisy = perturb(call, level, image, range)
        expect(noisy).toHaveLength(image.length)
        for (const value of noisy) {
          expect(value).toBeGreaterThanOrEqual(range[0])
          expect(value).toBeLessThanOrEqual(range[1])
        }
        expect(noisy).not.toEqual(image)
      }
      expect(image).toEqual(before)
    })

    test('gives a new but equal image at level 0', () => {
      const same = perturb(call, 0, image, range)
      expect(same).toEqual(image)
      expect(same).not.toBe(image)
    })

    test('depends on the stream and on nothing else', () => {
      expect(perturb(call, 0.3, image, range)).toEqual(perturb(call, 0.3, image, range))
      expect(perturb(call, 0.3, image, range)).not.toEqual(perturb(call, 0.3, image, range, 2))
    })
  })
})

describe('uniform', () => {
  const image = imageIn([-1, 3])
  const draws = () => {
    const random = createStream(1, 'noise')
    return Array.from(image, (value) => value + 0.7 * random.uniform())
  }

  test('minmax sends the smallest and the largest value to the ends', () => {
    const call = callOf('noise', 'uniform', { upper: [0.7] })
    const noisy = perturb(call, 0.7, image, [-1, 3])
    const raw = draws()
    const [smallest, largest] = [Math.min(...raw), Math.max(...raw)]
    expect(noisy).toEqual(Float32Array.from(raw, (value) => -1 + (4 * (value - smallest)) / (largest - smallest)))
    expect([Math.min(...noisy), Math.max(...noisy)]).toEqual([-1, 3])
  })

  test('divide scales by width / (width + upper), which is 1 / (1 + u) in [0, 1]', () => {
    const call = callOf('noise', 'uniform', { upper: [0.7], renormalize: 'divide' })
    const noisy = perturb(call, 0.7, image, [-1, 3])
    for (const [index, value] of draws().entries()) expect(noisy[index]).toBeCloseTo(-1 + ((value + 1) * 4) / 4.7, 6)
  })

  test('minmax keeps a flat image flat and within the range', () => {
    const noisy = perturb(callOf('noise', 'uniform', { upper: [1] }), 1, Float32Array.of(0.9), [0, 1])
    expect(noisy).toHaveLength(1)
    expect(noisy[0]).toBeGreaterThanOrEqual(0.9)
    expect(noisy[0]).toBeLessThanOrEqual(1)
  })
})

test('salt and pepper replaces the given share, half of it by each end', () => {
  const image = new Float32Array(40_000).fill(0.5)
  const noisy = perturb(callOf('noise', 'salt_and_pepper', { fraction: [0.2] }), 0.2, image, [0, 1])
  const share = (wanted: number) => noisy.filter((value) => value === wanted).length / noisy.length
  expect(share(0)).toBeCloseTo(0.1, 2)
  expect(share(1)).toBeCloseTo(0.1, 2)
  expect(share(0.5)).toBeCloseTo(0.8, 2)
})

test('gaussian has the given standard deviation where nothing is clipped', () => {
  const image = new Float32Array(40_000)
  const noisy = perturb(callOf('noise', 'gaussian', { std: [0.5] }), 0.5, image, [-100, 100])
  const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length
  const variance = noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noisy.length
  expect(mean).toBeCloseTo(0, 1)
  expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1.5)
})
