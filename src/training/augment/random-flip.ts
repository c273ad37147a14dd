import { float } from '../../registry/params.ts'
import { type AugmentStream, type BatchShape, defineAugment } from './augment.ts'

export const randomFlip = defineAugment({
  name: 'random_flip',
  doc: 'mirrors an image left to right with probability p; not for digits or letters',
  example: 'random_flip(p=0.5)',
  params: {
    p: float({ doc: 'the probability', default: 0.5, min: 0, max: 1 }),
  },
  apply: ({ p }, images, shape, random) => flipRandomly(images, shape, p, random),
})

/** Each image mirrored with probability `p`; `wmnet emit` copies this and what it uses. */
function flipRandomly(images: Float32Array, shape: BatchShape, p: number, random: AugmentStream) {
  const flipped = Float32Array.from(images)
  for (let image = 0; image < shape.count; image++) {
    if (random.uniform() < p) mirror(images, flipped, image, shape)
  }
  return flipped
}

/** target[y, x] = source[y, width − 1 − x] */
function mirror(
  source: Float32Array,
  target: Float32Array,
  image: number,
  { height, width, channels }: BatchShape,
): void {
  for (let y = 0; y < height; y++) {
    const row = (image * height + y) * width
    for (let x = 0; x < width; x++) {
      const from = (row + width - 1 - x) * channels
      const to = (row + x) * channels
      for (let channel = 0; channel < channels; channel++) target[to + channel] = source[from + channel] ?? 0
    }
  }
}
