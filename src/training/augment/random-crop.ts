import { int } from '../../registry/params.ts'
import { type AugmentStream, type BatchShape, defineAugment } from './augment.ts'

/** The paper's only augmentation; it does not give the amount of padding. */
export const randomCrop = defineAugment({
  name: 'random_crop',
  doc: "pads each side with the range's low value, then crops back to size at a random place",
  example: 'random_crop(pad=2)',
  params: {
    pad: int({ doc: 'pixels added to each side; an image moves by at most as many', default: 2, min: 1 }),
  },
  apply: ({ pad }, images, shape, random) => cropRandomly(images, shape, pad, random),
})

/** Each image moved by at most `reach` pixels in both directions; `wmnet emit` copies this and what it uses. */
function cropRandomly(images: Float32Array, shape: BatchShape, reach: number, random: AugmentStream) {
  const moved = new Float32Array(images.length).fill(shape.range[0])
  for (let image = 0; image < shape.count; image++) {
    copyMoved(images, moved, image, shape, offset(reach, random), offset(reach, random))
  }
  return moved
}

/** How far the crop window lies below or right of the image's own corner: uniform in −reach … reach. */
function offset(reach: number, random: AugmentStream): number {
  return random.integer(2 * reach + 1) - reach
}

/** target[y, x] = source[y + dy, x + dx] wherever the source has such a pixel. */
function copyMoved(
  source: Float32Array,
  target: Float32Array,
  image: number,
  { height, width, channels }: BatchShape,
  dy: number,
  dx: number,
): void {
  const from = Math.max(0, dx)
  const to = Math.min(width, width + dx)
  if (from >= to) return
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
    const sourceRow = (image * height + y + dy) * width
    const targetRow = (image * height + y) * width
    target.set(
      source.subarray((sourceRow + from) * channels, (sourceRow + to) * channels),
      (targetRow + from - dx) * channels,
    )
  }
}
