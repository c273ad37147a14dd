import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeImages } from '../src/data/batches.ts'
import type { Dataset } from '../src/data/dataset.ts'
import { synthetic } from '../src/data/datasets/synthetic.ts'
import { createStream } from '../src/random/stream.ts'
import { diagnosticsOf } from './data-fixtures.ts'

const usual = { size: [8, 8, 1], classes: 4, train: 256, test: 64, validation: 0.1, noise: 0.1 }
const context = { seed: 1, dataDir: null }

test('has the splits, shape and classes asked for', async () => {
  const data = await synthetic.load(usual, context)
  expect([data.train.count, data.validation.count, data.test.count]).toEqual([230, 26, 64])
  expect(data.train.images).toHaveLength(230 * 64)
  expect(data).toMatchObject({ shape: [8, 8, 1], range: [0, 1], classes: ['class 0', 'class 1', 'class 2', 'class 3'] })
  expect(data).toMatchObject(synthetic.info(usual))
})

test('classes are equally frequent, to within one image, and mixed', async () => {
  const { train } = await synthetic.load({ ...usual, train: 255, validation: 0 }, context)
  const counts = [0, 1, 2, 3].map((label) => train.labels.filter((found) => found === label).length)
  expect(counts.sort()).toEqual([63, 64, 64, 64])
  expect(new Set(train.labels.subarray(0, 16)).size).toBe(4)
})

test('images are the same for every seed; the validation split is not', async () => {
  const [first, again, other] = await Promise.all(
    [1, 1, 2].map((seed) => synthetic.load(usual, { seed, dataDir: null })),
  )
  expect(again).toEqual(first)
  expect(other?.test).toEqual(first?.test)
  expect(other?.validation).not.toEqual(first?.validation)
})

test('any small size works, colours and single pixels too', async () => {
  const dims = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
  await fc.assert(
    fc.asyncProperty(dims, fc.integer({ min: 2, max: 256 }), async (size, classes) => {
      const data = await synthetic.load({ ...usual, size, classes, train: 5, test: 3, validation: 0 }, context)
      expect(data.train.images).toHaveLength(5 * size[0] * size[1] * size[2])
      expect(data.train.labels.every((label) => label < classes)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test.each([
  [[0, 8, 1], '256 images of 0x8x1 are 0 bytes'],
  [[20_000, 20_000, 3], '256 images of 20000x20000x3 are 307,200,000,000 bytes'],
])('%j is no size that can be generated', async (size, found) => {
  expect(await diagnosticsOf(() => synthetic.load({ ...usual, size }, context))).toMatchObject([
    { code: 'WM0617', message: expect.stringContaining(found) },
  ])
})

/** Softmax regression by plain gradient descent, in float64: the accuracy on the test images. */
function linearAccuracy(data: Dataset, steps: number): number {
  const classes = data.classes.length
  const inputs = data.train.images.length / data.train.count
  const train = decodeImages(data.train, Array.from(data.train.labels.keys()), data.range)
  const tests = decodeImages(data.test, Array.from(data.test.labels.keys()), data.range)
  const weights = new Float64Array((inputs + 1) * classes)
  const logits = (images: Float32Array, image: number) =>
    Array.from({ length: classes }, (_, label) => {
      let sum = weights[inputs * classes + label] ?? 0
      for (let i = 0; i < inputs; i++) sum += (images[image * inputs + i] ?? 0) * (weights[i * classes + label] ?? 0)
      return sum
    })
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(weights.length)
    data.train.labels.forEach((wanted, image) => {
      const values = logits(train, image).map(Math.exp)
      const total = values.reduce((sum, value) => sum + value, 0)
      values.forEach((value, label) => {
        const slope = (value / total - (label === wanted ? 1 : 0)) / data.train.count
        for (let i = 0; i <= inputs; i++) {
          const input = i === inputs ? 1 : (train[image * inputs + i] ?? 0)
          gradient[i * classes + label] = (gradient[i * classes + label] ?? 0) + slope * input
        }
      })
    })
    gradient.forEach((slope, index) => {
      weights[index] = (weights[index] ?? 0) - slope
    })
  }
  const right = data.test.labels.filter((wanted, image) => {
    const values = logits(tests, image)
    return values.indexOf(Math.max(...values)) === wanted
  })
  return right.length / data.test.count
}

test('even a linear model learns it in a few steps, and noise makes it harder', async () => {
  const clear = linearAccuracy(await synthetic.load(usual, context), 20)
  const noisy = linearAccuracy(await synthetic.load({ ...usual, noise: 2 }, context), 20)
  expect(clear).toBeGreaterThan(0.95)
  expect(noisy).toBeLessThan(clear - 0.1)
})

test('pixels are clipped to the range', async () => {
  const { train } = await synthetic.load({ ...usual, noise: 5 }, context)
  const random = createStream(1)
  const some = Array.from({ length: 1000 }, () => train.images[random.integer(train.images.length)])
  expect(some.filter((byte) => byte === 0).length).toBeGreaterThan(300)
  expect(some.filter((byte) => byte === 255).length).toBeGreaterThan(300)
})
