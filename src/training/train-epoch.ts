import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { shuffledIndices } from '../data/batches.ts'
import type { Dataset } from '../data/dataset.ts'
import type { RandomStream } from '../random/stream.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import type { TrialProgress } from '../study/job.ts'
import type { TrainSettings } from '../study/protocol.ts'
import { augmentPixels } from './augmentation.ts'
import { divergedAt } from './divergence.ts'
import { disposeBatch, type ImageBatch, makeBatch } from './image-batch.ts'
import { createLossMeter } from './loss-meter.ts'
import type { Optimizer, Tf } from './optimizers/optimizer.ts'
import type { Pause } from './pause.ts'
import { releasingEarly } from './release-early.ts'
import type { Classifier } from './validate.ts'

export interface Training {
  readonly tf: Tf
  readonly model: LayersModel
  readonly classifier: Classifier
  readonly dataset: Dataset
  readonly augment: readonly ResolvedCall[]
  readonly settings: TrainSettings
  /** Independent of the variant: all variants of a trial see the same images in the same order. */
  readonly random: { readonly shuffle: RandomStream; readonly augment: RandomStream }
  readonly pause: Pause
  onProgress(progress: TrialProgress): void
}

/** At most five progress reports per second. */
const progressInterval = 200

/**
 * One pass over the training images in a fresh order. The last batch holds the images that are left over, so
 * that every image is seen once in every epoch. Gives the mean loss over the images.
 */
export async function trainEpoch(
  training: Training,
  optimizer: Optimizer,
  epoch: number,
): Promise<{ readonly loss: number; readonly seconds: number }> {
  const { tf, dataset, settings, random, pause } = training
  const order = shuffledIndices(dataset.train.count, random.shuffle.fork(epoch))
  const batches = Math.ceil(order.length / settings.batch)
  const meter = createLossMeter(tf, (batch, loss) => divergedAt(epoch, batch, loss, settings))
  const start = performance.now()
  let reported = start
  try {
    for (let batch = 1; batch <= batches; batch++) {
      const indices = order.subarray((batch - 1) * settings.batch, batch * settings.batch)
      const images = makeBatch(tf, dataset, dataset.train, indices, (pixels) =>
        augmentPixels(training.augment, dataset, pixels, random.augment.fork(epoch, batch)),
      )
      meter.add(takeStep(training, optimizer, images), indices.length)
      disposeBatch(images)
      if (performance.now() - reported >= progressInterval) {
        const loss = await meter.read()
        reported = performance.now()
        const imagesPerSecond = (batch * settings.batch * 1000) / (reported - start)
        training.onProgress({ kind: 'training', epoch, epochs: settings.epochs, batch, batches, loss, imagesPerSecond })
      }
      await pause()
    }
    return { loss: await meter.read(), seconds: (performance.now() - start) / 1000 }
  } finally {
    meter.dispose()
  }
}

/** Forward in training mode (moving averages move, dropout drops), backward, one step; gives the batch's mean loss. */
export function takeStep(
  { tf, model, classifier }: Pick<Training, 'tf' | 'model'> & { readonly classifier: Pick<Classifier, 'perImageLoss'> },
  optimizer: Optimizer,
  batch: Pick<ImageBatch, 'images' | 'labels'>,
): tfc.Scalar {
  const variables = trainableVariables(model)
  return tf.tidy(() => {
    const loss = releasingEarly(tf, () => {
      const logits = model.apply(batch.images, { training: true }) as tfc.Tensor2D
      return tf.mean<tfc.Scalar>(classifier.perImageLoss(logits, batch.labels))
    })
    const { value, grads } = tf.variableGrads(loss, variables)
    optimizer.step(variables, grads)
    return value
  })
}

/** tfjs-layers types a weight's tensor as a plain one; it is the variable itself. */
export function trainableVariables(model: LayersModel): tfc.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tfc.Variable)
}
