import type { RandomStream } from '../random/stream.ts'
import { shuffledIndices } from './batches.ts'
import type { Split } from './dataset.ts'
import { dataFailure, formatCount } from './failure.ts'

const emptySplit: Split = { images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 }

/** The images at `indices`, in that order, as a split of their own. */
export function takeImages(split: Split, indices: ArrayLike<number>): Split {
  const size = split.count === 0 ? 0 : split.images.length / split.count
  const images = new Uint8Array(indices.length * size)
  const labels = new Uint8Array(indices.length)
  Array.from(indices).forEach((index, place) => {
    images.set(split.images.subarray(index * size, (index + 1) * size), place * size)
    labels[place] = split.labels[index] ?? 0
  })
  return { images, labels, count: indices.length }
}

/**
 * Indices of `count` images, drawn at random within each class and in random order, with each class's share as
 * in `labels` (largest remainder; equal remainders go to the lower class).
 */
export function drawStratified(labels: Uint8Array, count: number, random: RandomStream): Uint32Array {
  const members = membersByClass(labels)
  const quotas = shareOut(
    count,
    members.map((indices) => indices.length),
  )
  const drawn = members.flatMap((indices, label) => {
    const order = shuffledIndices(indices.length, random.fork('class', label))
    return Array.from(order.subarray(0, quotas[label] ?? 0), (place) => indices[place] ?? 0)
  })
  const order = shuffledIndices(drawn.length, random.fork('order'))
  return Uint32Array.from(order, (place) => drawn[place] ?? 0)
}

/** Divides `total` in proportion to `sizes` into whole numbers by the largest-remainder method (Hamilton's). */
export function shareOut(total: number, sizes: readonly number[]): readonly number[] {
  const whole = sizes.reduce((sum, size) => sum + size, 0)
  const shares = sizes.map((size) => Math.floor((total * size) / whole))
  const left = total - shares.reduce((sum, share) => sum + share, 0)
  // total·size is below 2⁵³, so the remainders are exact integers.
  const byRemainder = sizes
    .map((size, index) => ({ index, remainder: (total * size) % whole }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  const raised = new Set(byRemainder.slice(0, left).map(({ index }) => index))
  return shares.map((share, index) => (raised.has(index) ? share + 1 : share))
}

/** `split`, or `wanted` of its images by class. Throws WM0615 where there are fewer. */
export function limitImages(split: Split, wanted: number | 'all', which: string, random: RandomStream): Split {
  if (wanted === 'all' || wanted === split.count) return split
  if (wanted > split.count) {
    const found = `${which}=${wanted}, but the dataset has ${formatCount(split.count)} images for it`
    throw dataFailure('WM0615', found, [`${which}=all takes every image`])
  }
  return takeImages(split, drawStratified(split.labels, wanted, random))
}

/**
 * Sets a random share of the training images aside; both parts keep the original order. A share of 0 keeps
 * none; any other that rounds to no image at all, or to every image, throws WM0616.
 */
export function splitValidation(
  train: Split,
  share: number,
  random: RandomStream,
): { readonly train: Split; readonly validation: Split } {
  if (share === 0) return { train, validation: emptySplit }
  const kept = Math.round(share * train.count)
  if (kept === 0 || kept === train.count) {
    const rounded = `is ${kept} images for validation and ${train.count - kept} for training`
    throw dataFailure('WM0616', `validation=${share} of ${formatCount(train.count)} images ${rounded}`, [
      'validation=0 keeps none on purpose',
    ])
  }
  const order = shuffledIndices(train.count, random)
  return {
    train: takeImages(train, order.slice(kept).sort()),
    validation: takeImages(train, order.slice(0, kept).sort()),
  }
}

function membersByClass(labels: Uint8Array): readonly (readonly number[])[] {
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0)
  const members: number[][] = Array.from({ length: classes }, () => [])
  labels.forEach((label, index) => {
    members[label]?.push(index)
  })
  return members
}
