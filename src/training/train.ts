import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { entryOf } from '../registry/construct.ts'
import type { EpochResult } from '../study/results.ts'
import { divergedAt } from './divergence.ts'
import { keeps } from './keep/index.ts'
import { optimizers } from './optimizers/index.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import { type Training, trainableVariables, trainEpoch } from './train-epoch.ts'
import { validate } from './validate.ts'
import { restoreSnapshot, takeSnapshot, type WeightSnapshot } from './weights.ts'

export type { Training } from './train-epoch.ts'

export interface TrainingResult {
  readonly epochs: readonly EpochResult[]
  /** From 1; the model holds this epoch's weights. */
  readonly keptEpoch: number
  /** Over the training batches alone, without validation. */
  readonly imagesPerSecond: number
}

interface Kept {
  readonly epoch: EpochResult
  readonly weights: WeightSnapshot
}

/**
 * Trains the model in place by the protocol's settings and leaves it with the weights of the kept epoch. Rejects with
 * a DiagnosticError (WM0850, WM0851), or with the abort's reason between two batches.
 */
export async function train(training: Training): Promise<TrainingResult> {
  const { tf, model, dataset, settings } = training
  requireTrainable(model)
  const spec = entryOf(optimizers, settings.optimizer)
  const optimizer = spec.create(settings.optimizer.args, tf)
  try {
    const epochs: EpochResult[] = []
    let kept: Kept | null = null
    let seconds = 0
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const { result, seconds: spent } = await runEpoch(training, optimizer, epoch)
      epochs.push(result)
      seconds += spent
      const imagesPerSecond = dataset.train.count / spent
      training.onProgress({ kind: 'epoch', epochs: settings.epochs, result, imagesPerSecond })
      kept = await keepBetter(training, kept, result)
    }
    if (kept === null) throw new Error('training ran no epoch')
    restoreSnapshot(tf, model, kept.weights)
    return { epochs, keptEpoch: kept.epoch.epoch, imagesPerSecond: (dataset.train.count * epochs.length) / seconds }
  } finally {
    optimizer.dispose()
  }
}

async function runEpoch(training: Training, optimizer: Optimizer, epoch: number) {
  const { classifier, dataset, settings, pause } = training
  const { loss, seconds } = await trainEpoch(training, optimizer, epoch)
  const validation = await validate(classifier, dataset, dataset.validation, pause)
  if (validation !== null && !Number.isFinite(validation.loss)) {
    // The last step broke the weights, and no further batch has shown it yet.
    throw divergedAt(epoch, Math.ceil(dataset.train.count / settings.batch), validation.loss, settings)
  }
  const result: EpochResult = {
    epoch,
    loss,
    validationError: validation?.error ?? null,
    validationLoss: validation?.loss ?? null,
  }
  return { result, seconds }
}

async function keepBetter({ model, settings }: Training, kept: Kept | null, ended: EpochResult): Promise<Kept> {
  const keep = entryOf(keeps, settings.keep)
  if (kept !== null && !keep.replaces(settings.keep.args, ended, kept.epoch)) return kept
  return { epoch: ended, weights: await takeSnapshot(model) }
}

/** Throws a DiagnosticError (WM0851) where a model has nothing to train. */
export function requireTrainable(model: Training['model']): void {
  if (trainableVariables(model).length > 0) return
  const hints = ['add a dense or a conv layer']
  throw new DiagnosticError([error('WM0851', 'none of the layers has trainable weights', { hints })])
}
