import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { decodeImages } from '../data/batches.ts'
import type { Dataset, Split } from '../data/dataset.ts'
import type { Tf } from './optimizers/optimizer.ts'

/** Images and labels as a network takes them. Whoever made it disposes both tensors. */
export interface ImageBatch {
  /** What `images` was made of, [B·H·W·C]; backends may share it, so it must not change. */
  readonly pixels: Float32Array
  /** [B, H, W, C], values in the dataset's range. */
  readonly images: Tensor4D
  /** Class indices, [B], int32. */
  readonly labels: Tensor1D
}

/** `change` sees the decoded pixels [B, H, W, C] before they become a tensor: augmentation, noise. */
export function makeBatch(
  tf: Tf,
  dataset: Dataset,
  split: Split,
  indices: ArrayLike<number>,
  change: (pixels: Float32Array) => Float32Array = (pixels) => pixels,
): ImageBatch {
  const pixels = change(decodeImages(split, indices, dataset.range))
  const labels = Int32Array.from(indices, (index) => split.labels[index] ?? -1)
  return {
    pixels,
    images: tf.tensor4d(pixels, [indices.length, ...dataset.shape]),
    labels: tf.tensor1d(labels, 'int32'),
  }
}

export function disposeBatch({ images, labels }: ImageBatch): void {
  images.dispose()
  labels.dispose()
}

/** 0 … count − 1 cut into runs of `size`; the last may be shorter. */
export function* batchesInOrder(count: number, size: number): Generator<Uint32Array> {
  for (let start = 0; start < count; start += size) {
    yield Uint32Array.from({ length: Math.min(size, count - start) }, (_, offset) => start + offset)
  }
}
