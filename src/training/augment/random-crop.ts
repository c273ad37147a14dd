import type { RandomStream } from '../../random/stream.ts'
import { int } from '../../registry/params.ts'
import { type BatchShape, defineAugment } from './augment.ts'

/** The paper's only augmentation; it does not give the amount of padding. */
export const randomCrop = defineAugment({
  name: 'random_crop',
  doc: "pads each side with the range's low value, then crops back to size at a random place",
  example: 'random_crop(pad=2)',
  params: {
    pad: int({ doc: 'pixels added to each side; an image moves by at most as many', default: 2, min: 1 }),
  },
  apply({ pad }, images, shape, random) {
    const moved = new Float32Array(images.length).fill(shape.range[0])
    for (let image = 0; image < shape.count; image++) {
      copyMoved(images, moved, image, shape, offset(pad, random), offset(pad, random))
    }
    return moved
  },
})

/** How far the crop window lies below or right of the image's own corner: uniform in −pad … pad. */
function offset(pad: number, random: RandomStream): number {
  return random.integer(2 * pad + 1) - pad
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
