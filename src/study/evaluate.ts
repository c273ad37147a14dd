import type * as tfc from '@tensorflow/tfjs-core'
import type { Dataset } from '../data/dataset.ts'
import { nonFiniteGradients, zeroGradients } from '../measures/gradient-health.ts'
import { batchesInOrder } from '../training/image-batch.ts'
import { misclassified } from '../training/misclassified.ts'
import type { Pause } from '../training/pause.ts'
import { differsBetweenPasses, type LogitInspection, looksLikeSoftmax } from './evaluate-logits.ts'
import { type BoundMeasure, createTally, type Tally } from './evaluate-measures.ts'
import {
  type CleanBatch,
  disposeCleanBatch,
  disposeOutputs,
  makeCleanBatch,
  type Outputs,
  type TestedNetwork,
} from './evaluate-network.ts'
import type { Sweep } from './evaluate-sweep.ts'
import type { SweepResult, TrialResult } from './results.ts'

export interface Evaluation {
  readonly network: TestedNetwork
  readonly dataset: Dataset
  readonly sweeps: readonly Sweep[]
  readonly measures: readonly BoundMeasure[]
  /** The loss that the network was trained by. */
  perImageLoss(logits: tfc.Tensor2D, labels: tfc.Tensor1D): tfc.Tensor1D
  /** Images per forward pass; results do not depend on it but for float32 rounding. */
  readonly batchSize: number
  readonly pause: Pause
  /** Counts forward passes; called at most five times per second, and at the end. */
  onProgress(done: number, total: number): void
}

export interface EvaluationResult {
  readonly test: TrialResult['test']
  readonly sweeps: readonly SweepResult[]
  readonly logits: LogitInspection
}

const progressInterval = 200

interface Tallies {
  /** error, loss, and for attacks zeroGradients and nonFiniteGradients. */
  readonly clean: Tally
  /** One per sweep and level. */
  readonly sweeps: readonly (readonly Tally[])[]
}

/** One pass over the test set: each batch's clean outputs and gradient serve every level of every sweep. */
export async function evaluate(evaluation: Evaluation): Promise<EvaluationResult> {
  const { network, dataset, sweeps, batchSize, pause } = evaluation
  const { test } = dataset
  const tallies: Tallies = {
    clean: createTally(),
    sweeps: sweeps.map(({ levels }) => levels.map(() => createTally())),
  }
  const hasAttacks = sweeps.some(({ kind }) => kind === 'attack')
  const step = countSteps(evaluation)
  let logits: LogitInspection = { softmax: true, stochastic: false }
  for (const indices of batchesInOrder(test.count, batchSize)) {
    const batch = makeCleanBatch(network, dataset, [...indices], hasAttacks)
    const clean = network.forward(batch.images)
    const isFirst = indices[0] === 0
    logits = {
      softmax: logits.softmax && (await looksLikeSoftmax(clean)),
      stochastic: isFirst ? await differsBetweenPasses(network, batch.images, clean) : logits.stochastic,
    }
    await tallyClean(evaluation, batch, clean, tallies.clean)
    step()
    await pause()
    await tallySweeps(evaluation, batch, clean, tallies.sweeps, step)
    disposeOutputs(clean)
    disposeCleanBatch(batch)
  }
  return { ...collectResults(evaluation, tallies), logits }
}

async function tallyClean(
  { network, perImageLoss }: Evaluation,
  { labels, gradient }: CleanBatch,
  { logits }: Outputs,
  tally: Tally,
): Promise<void> {
  const { tf } = network.victim
  await tally.add(
    'error',
    tf.tidy(() => misclassified(tf, logits, labels)),
  )
  await tally.add(
    'loss',
    tf.tidy(() => perImageLoss(logits, labels)),
  )
  if (gradient === null) return
  await tally.add(
    'zeroGradients',
    tf.tidy(() => zeroGradients(tf, gradient)),
  )
  await tally.add(
    'nonFiniteGradients',
    tf.tidy(() => nonFiniteGradients(tf, gradient)),
  )
}

async function tallySweeps(
  { network, sweeps, measures, pause }: Evaluation,
  batch: CleanBatch,
  clean: Outputs,
  tallies: Tallies['sweeps'],
  step: () => void,
): Promise<void> {
  for (const [index, sweep] of sweeps.entries()) {
    for (const [place, level] of sweep.levels.entries()) {
      const images = await sweep.perturb(level, batch)
      const perturbed = network.forward(images)
      for (const measure of measures) {
        const perImage = measure.perImage(network.victim, clean, perturbed, images, batch.labels)
        await tallies[index]?.[place]?.add(measure.key, perImage)
      }
      disposeOutputs(perturbed)
      images.dispose()
      step()
      await pause()
    }
  }
}

function collectResults({ dataset, sweeps }: Evaluation, tallies: Tallies) {
  const images = dataset.test.count
  const { error = Number.NaN, loss = Number.NaN, ...gradients } = tallies.clean.means(images)
  const health = {
    zeroFraction: gradients.zeroGradients ?? Number.NaN,
    nonFiniteFraction: gradients.nonFiniteGradients ?? Number.NaN,
  }
  return {
    test: { images, error, loss },
    sweeps: sweeps.map(({ kind, name, call, parameter, levels }, index): SweepResult => {
      const points = levels.map((level, place) => ({
        level,
        measures: tallies.sweeps[index]?.[place]?.means(images) ?? {},
      }))
      return { kind, name, call, parameter, points, gradients: kind === 'attack' ? health : null }
    }),
  }
}

function countSteps({ dataset, sweeps, batchSize, onProgress }: Evaluation): () => void {
  const passes = sweeps.reduce((sum, { levels }) => sum + levels.length, 1)
  const total = Math.ceil(dataset.test.count / batchSize) * passes
  let done = 0
  let reported = performance.now()
  return () => {
    done += 1
    if (done < total && performance.now() - reported < progressInterval) return
    reported = performance.now()
    onProgress(done, total)
  }
}
