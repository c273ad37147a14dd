import type * as tfc from '@tensorflow/tfjs-core'
import type { Dataset, Split } from '../data/dataset.ts'
import { batchesInOrder, disposeBatch, makeBatch } from './image-batch.ts'
import { misclassified } from './misclassified.ts'
import type { Tf } from './optimizers/optimizer.ts'
import type { Pause } from './pause.ts'
import { sumOf } from './sum-of.ts'

/** A network in evaluation mode, and the loss that it is trained by. */
export interface Classifier {
  readonly tf: Tf
  logits(images: tfc.Tensor4D): tfc.Tensor2D
  perImageLoss(logits: tfc.Tensor2D, labels: tfc.Tensor1D): tfc.Tensor1D
  /** Images per forward pass; results do not depend on it. */
  readonly batchSize: number
}

/** Fraction of misclassified images and mean loss over a split; null where the split is empty. */
export async function validate(
  { tf, logits, perImageLoss, batchSize }: Classifier,
  dataset: Dataset,
  split: Split,
  pause: Pause,
): Promise<{ readonly error: number; readonly loss: number } | null> {
  if (split.count === 0) return null
  const sums = { error: 0, loss: 0 }
  for (const indices of batchesInOrder(split.count, batchSize)) {
    const batch = makeBatch(tf, dataset, split, indices)
    const [wrong, losses] = tf.tidy((): [tfc.Tensor1D, tfc.Tensor1D] => {
      const outputs = logits(batch.images)
      return [misclassified(tf, outputs, batch.labels), perImageLoss(outputs, batch.labels)]
    })
    disposeBatch(batch)
    sums.error += await sumOf(wrong)
    sums.loss += await sumOf(losses)
    await pause()
  }
  return { error: sums.error / split.count, loss: sums.loss / split.count }
}
