import type { Dataset } from '../data/dataset.ts'
import type { RandomStream } from '../random/stream.ts'
import { entryOf, type ResolvedCall } from '../registry/construct.ts'
import { augments } from './augment/index.ts'

/** The protocol's augmentations one after the other, on decoded pixels [count, H, W, C]. */
export function augmentPixels(
  calls: readonly ResolvedCall[],
  dataset: Dataset,
  pixels: Float32Array,
  random: RandomStream,
): Float32Array {
  const [height, width, channels] = dataset.shape
  const count = pixels.length / (height * width * channels)
  const shape = { count, height, width, channels, range: dataset.range }
  return calls.reduce(
    (images, call, position) => entryOf(augments, call).apply(call.args, images, shape, random.fork(position)),
    pixels,
  )
}
