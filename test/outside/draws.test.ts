// Uniform noise against its formula in PyTorch, and random starts against Foolbox's (make.py).
import { describe, expect, it } from 'vitest'
import { drawInBall } from '../../src/attacks/norm.ts'
import { uniform } from '../../src/noise/uniform.ts'
import { createStream } from '../../src/random/stream.ts'
import { noteDifference, printDifferences, readFixture, relativeDifference } from './fixtures.ts'

const common = readFixture('common')
const { upper, shares } = common.settings as { readonly upper: number; readonly shares: readonly number[] }

it.each(['minmax', 'divide'] as const)('uniform noise renormalized by %s is the formula', (renormalize) => {
  const { shape, values: images } = common.tensor('images')
  const size = images.length / (shape[0] ?? 0)
  const found = Array.from({ length: shape[0] ?? 0 }, (_, image) => {
    const draws = common.values('draws/uniform').subarray(image * size, (image + 1) * size)
    let next = 0
    const random = { ...createStream(0), uniform: () => draws[next++] ?? Number.NaN }
    const clean = images.slice(image * size, (image + 1) * size)
    return [...uniform.perturb({ upper: [upper], renormalize }, upper, clean, [0, 1], random)]
  }).flat()
  // Both sides compute in float64; what differs is the rounding of the result to float32.
  const difference = relativeDifference(found, common.values(`noise/uniform/${renormalize}`))
  noteDifference('uniform noise', difference)
  expect(difference).toBeLessThan(1e-7)
})

describe.each([2, 16])('starts in the l2 ball of %d dimensions', (size) => {
  const draws = 40_000
  const random = createStream(2019, 'starts', size)
  const points = Array.from({ length: draws }, () => drawInBall('l2', 1, size, random))

  // Of n draws, a share p is found with a deviation of √(p(1 − p)/n); Foolbox's quantiles are of 25 times as many. Five deviations.
  it.each([
    ['radius', (point: Float32Array) => Math.hypot(...point)],
    ['coordinate', (point: Float32Array) => point[0] ?? Number.NaN],
  ])('have the quantiles of Foolbox: %s', (name, of) => {
    for (const [index, quantile] of [...common.values(`start/${size}/${name}`)].entries()) {
      const share = shares[index] ?? Number.NaN
      const found = points.filter((point) => of(point) < quantile).length / draws
      expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / draws))
    }
  })
})

printDifferences()
