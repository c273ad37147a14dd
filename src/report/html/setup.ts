import { printCall, type ResolvedCall } from '../../registry/construct.ts'
import type { RunResult } from '../../study/results.ts'
import { grouped } from '../format.ts'
import type { Markup } from '../markup.ts'
import { printLevel, type SweepView, sweepsOf } from '../sweeps.ts'
import { joinWords, plural } from '../text.ts'
import { definitions } from './parts.ts'

/** What was done in a run, in words. */
export function runSetup(run: RunResult): Markup {
  const { protocol } = run
  const sweeps = sweepsOf(run)
  return definitions([
    ['Data', describeData(run)],
    ['Augmentation', protocol.augment.length === 0 ? 'none' : joinWords(protocol.augment.map(printCall))],
    ['Training', describeTraining(run)],
    [
      'Trials',
      `${plural(protocol.trials, 'trial')} of each variant, all random numbers derived from seed ${protocol.seed}`,
    ],
    ['Noise', describeSweeps(sweeps, 'noise', protocol.noise)],
    ['Attacks', describeSweeps(sweeps, 'attack', protocol.attack)],
    ['Measures', joinWords(protocol.measure.map(printCall))],
    ['Explanations', joinWords(protocol.explain.map(printCall))],
  ])
}

function describeData({ protocol, dataset }: RunResult): string {
  const { train, validation, test } = dataset.images
  const images = `${grouped(train)} images for training, ${grouped(validation)} for validation and ${grouped(test)} for testing`
  return `${printCall(protocol.data)}: ${dataset.description}; ${images}, in ${dataset.classes.length} classes`
}

function describeTraining({ protocol: { train } }: RunResult): string {
  return (
    `${plural(train.epochs, 'epoch')} in batches of ${train.batch} with ${printCall(train.optimizer)} on ${printCall(train.loss)}; ` +
    `kept weights: ${printCall(train.keep)}`
  )
}

/** Each sweep with its levels; calls that no variant has reached yet are named too. */
function describeSweeps(sweeps: readonly SweepView[], kind: SweepView['kind'], calls: readonly ResolvedCall[]): string {
  const measured = sweeps.filter((sweep) => sweep.kind === kind)
  if (measured.length === 0) return calls.length === 0 ? 'none' : `${joinWords(calls.map(printCall))} (not reached yet)`
  return measured.map((sweep) => `${sweep.title}, ${sweep.parameter} ${describeLevels(sweep.levels)}`).join('; ')
}

function describeLevels(levels: readonly number[]): string {
  if (levels.length <= 4) return joinWords(levels.map(printLevel))
  return `at ${levels.length} levels from ${printLevel(levels[0] ?? 0)} to ${printLevel(levels.at(-1) ?? 0)}`
}
