import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Split } from '../src/data/dataset.ts'
import { drawStratified, limitImages, shareOut, splitValidation, takeImages } from '../src/data/select.ts'
import { createStream } from '../src/random/stream.ts'
import { diagnosticsOf } from './data-fixtures.ts'

/** `count` images of two pixels, each image telling its own index (below 65,536); labels repeat 0 … 3. */
function numbered(count: number): Split {
  const images = Uint8Array.from({ length: 2 * count }, (_, byte) => (byte % 2 === 0 ? byte >> 9 : (byte >> 1) & 255))
  return { images, labels: Uint8Array.from({ length: count }, (_, index) => index % 4), count }
}

function indicesIn(split: Split): readonly number[] {
  return Array.from({ length: split.count }, (_, place) => {
    const [high = 0, low = 0] = split.images.subarray(2 * place, 2 * place + 2)
    return 256 * high + low
  })
}

test('takes images together with their labels', () => {
  const taken = takeImages(numbered(600), [599, 0, 258])
  expect(indicesIn(taken)).toEqual([599, 0, 258])
  expect(Array.from(taken.labels)).toEqual([3, 0, 2])
})

test('shares out by largest remainder', () => {
  expect(shareOut(10, [1, 1, 1])).toEqual([4, 3, 3])
  expect(shareOut(5, [50, 30, 20])).toEqual([3, 1, 1])
  expect(shareOut(7, [0, 5, 9])).toEqual([0, 3, 4])
})

test('a share is within one of its proportion, and shares add up', () => {
  const sizes = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }).filter((list) => list.some((size) => size > 0))
  fc.assert(
    fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
      const whole = list.reduce((sum, size) => sum + size, 0)
      const total = Math.round(part * whole)
      const shares = shareOut(total, list)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total)
      shares.forEach((share, index) => {
        expect(Math.abs(share - (total * (list[index] ?? 0)) / whole)).toBeLessThan(1)
        expect(share).toBeLessThanOrEqual(list[index] ?? 0)
      })
    }),
  )
})

test('a stratified draw has no image twice, keeps the proportions and mixes the classes', () => {
  const labels = Uint8Array.from({ length: 1000 }, (_, index) => (index < 700 ? 0 : index < 900 ? 2 : 1))
  const drawn = drawStratified(labels, 100, createStream(3))
  expect(new Set(drawn).size).toBe(100)
  const classes = Array.from(drawn, (index) => labels[index])
  expect([0, 1, 2].map((label) => classes.filter((found) => found === label).length)).toEqual([70, 10, 20])
  expect(new Set(classes.slice(0, 20)).size).toBe(3)
  expect(drawn).toEqual(drawStratified(labels, 100, createStream(3)))
  expect(drawn).not.toEqual(drawStratified(labels, 100, createStream(4)))
})

test('validation takes a share away from training and neither loses nor doubles an image', () => {
  const { train, validation } = splitValidation(numbered(600), 0.1, createStream(5))
  expect([train.count, validation.count]).toEqual([540, 60])
  const [kept, aside] = [indicesIn(train), indicesIn(validation)]
  expect([...kept, ...aside].sort((a, b) => a - b)).toEqual(indicesIn(numbered(600)))
  expect(kept).toEqual([...kept].sort((a, b) => a - b))
  expect(Array.from(validation.labels)).toEqual(aside.map((index) => index % 4))
  expect(aside).toEqual(indicesIn(splitValidation(numbered(600), 0.1, createStream(5)).validation))
  expect(aside).not.toEqual(indicesIn(splitValidation(numbered(600), 0.1, createStream(6)).validation))
})

test('no validation leaves the training images alone', () => {
  const split = numbered(10)
  const { train, validation } = splitValidation(split, 0, createStream(5))
  expect(train).toBe(split)
  expect(validation.count).toBe(0)
})

test.each([
  [0.04, '0 images for validation and 10'],
  [0.96, '10 images for validation and 0'],
])('validation=%d of ten images is refused', async (share, found) => {
  const [diagnostic] = await diagnosticsOf(() => splitValidation(numbered(10), share, createStream(5)))
  expect(diagnostic).toMatchObject({ code: 'WM0616', message: expect.stringContaining(found) })
})

test('a limit takes that many, all of them, or complains', async () => {
  const split = numbered(40)
  expect(limitImages(split, 'all', 'train', createStream(1))).toBe(split)
  expect(limitImages(split, 40, 'train', createStream(1))).toBe(split)
  expect(Array.from(limitImages(split, 8, 'train', createStream(1)).labels).sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  const [diagnostic] = await diagnosticsOf(() => limitImages(split, 41, 'test', createStream(1)))
  expect(diagnostic).toMatchObject({ code: 'WM0615', message: 'test=41, but the dataset has 40 images for it' })
})
