import { duration, scaled } from '../../report/format.ts'
import type { TrialJob, TrialOutcome, TrialProgress } from '../../study/job.ts'
import type { EpochResult } from '../../study/results.ts'

/** What is known of a running trial. */
export interface TrialState {
  readonly job: TrialJob
  readonly progress: TrialProgress | null
  /** The last epoch that ended, for its validation error. */
  readonly epoch: EpochResult | null
}

/** Share of a trial's time that goes into training; the rest is evaluation. A guess, for the time left alone. */
const trainingShare = 0.8

export function advance(state: TrialState, progress: TrialProgress): TrialState {
  return { ...state, progress, epoch: progress.kind === 'epoch' ? progress.result : state.epoch }
}

/** How much of the trial is done, 0..1. */
export function fractionOf(progress: TrialProgress | null): number {
  switch (progress?.kind) {
    case undefined:
    case 'loading':
      return 0
    case 'training':
      return (trainingShare * (progress.epoch - 1 + progress.batch / progress.batches)) / progress.epochs
    case 'epoch':
      return (trainingShare * progress.result.epoch) / progress.epochs
    case 'evaluating':
      return trainingShare + ((1 - trainingShare) * progress.done) / progress.total
  }
}

/** `smooth 1/3`, or the whole key where a study has several runs. */
export function nameTrial(job: TrialJob, severalRuns: boolean): string {
  return severalRuns ? job.key : `${job.variant} ${job.trial}/${job.protocol.trials}`
}

/** What the trial is doing: `epoch 2/5  loss 0.3412  validation error 4.20 %  812 images/s`. */
export function describeState({ progress, epoch }: TrialState): string {
  switch (progress?.kind) {
    case undefined:
      return 'starting'
    case 'loading':
      return describeFetching(progress)
    case 'training': {
      const { epochs, loss, imagesPerSecond } = progress
      return [
        `epoch ${progress.epoch}/${epochs}`,
        `loss ${printLoss(loss)}`,
        ...printValidation(epoch),
        printSpeed(imagesPerSecond),
      ].join('  ')
    }
    case 'epoch':
      return describeEpoch(progress.result, progress.epochs, progress.imagesPerSecond)
    case 'evaluating':
      return `evaluating ${Math.round((100 * progress.done) / progress.total)} %`
  }
}

export function describeEpoch(result: EpochResult, epochs: number, imagesPerSecond: number): string {
  const { epoch, loss } = result
  return [
    `epoch ${epoch}/${epochs}`,
    `loss ${printLoss(loss)}`,
    ...printValidation(result),
    printSpeed(imagesPerSecond),
  ].join('  ')
}

/** `fetching train-images  ██████░░░░ 4.10MB of 9.91MB` */
export function describeFetching({ file, received, total }: Extract<TrialProgress, { kind: 'loading' }>): string {
  return `fetching ${file}  ${drawBar(received, total)}`
}

/** `test error 1.98 % in 2 min 10 s` */
export function describeOutcome(outcome: TrialOutcome): string {
  if (outcome.kind === 'diverged') return 'diverged'
  const { result, times } = outcome
  return `test error ${percent(result.test.error)} in ${duration(times.trainSeconds + times.evaluateSeconds)}`
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`
}

function printLoss(loss: number): string {
  return Number.isFinite(loss) ? loss.toFixed(4) : String(loss)
}

function printValidation(epoch: EpochResult | null): readonly string[] {
  const error = epoch?.validationError ?? null
  return error === null ? [] : [`validation error ${percent(error)}`]
}

function printSpeed(imagesPerSecond: number): string {
  return `${Math.round(imagesPerSecond)} images/s`
}

function drawBar(received: number, total: number | null): string {
  if (total === null || total === 0) return `${scaled(received)}B`
  const width = 20
  const filled = Math.min(width, Math.round((width * received) / total))
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${scaled(received)}B of ${scaled(total)}B`
}
