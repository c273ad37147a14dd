import type { RunResult } from '../study/results.ts'
import { ABSENT, formatSummary, grouped, NOT_FINITE, percent, significant } from './format.ts'
import { sweepsOf } from './sweeps.ts'
import { joinWords, plural } from './text.ts'

/** How to read the numbers of a run: one sentence each, for the terminal and the page. */
export function legendOf(run: RunResult): readonly string[] {
  const sweeps = sweepsOf(run)
  const noises = [...new Set(sweeps.filter((sweep) => sweep.kind === 'noise').map((sweep) => sweep.title))]
  const errors = `Errors are in % of all ${grouped(run.dataset.images.test)} test images`
  return [
    sweeps.length === 0
      ? `${errors}.`
      : `${errors}; images already misclassified when clean count as errors at every level.`,
    spread(run),
    'Parameters include those that are not trained; FLOPs are as written, for one image.',
    ...(noises.length > 0 ? [`Noise is added as ${joinWords(noises)}.`] : []),
    ...(sweeps.some((sweep) => sweep.kind === 'attack')
      ? ['zero grad.: test images whose loss gradient is exactly zero, so that a gradient attack cannot move them.']
      : []),
    ...gaps(run),
  ]
}

function spread(run: RunResult): string {
  const most = Math.max(0, ...run.variants.map((variant) => variant.trials.length))
  if (most === 0) return 'No trial gave a result.'
  if (most === 1) return 'One trial: no deviation.'
  const single = run.variants.some((variant) => variant.trials.length === 1)
  const count = run.variants.every((variant) => variant.trials.length === most) ? plural(most, 'trial') : 'the trials'
  return `± is the sample standard deviation over ${count}${single ? '; a number without it is from one trial' : ''}.`
}

/** How the deviation over trials is drawn: as a `band` or as a `whisker`. */
export function spreadWords(run: RunResult, mark: 'band' | 'whisker'): string {
  const counts = run.variants.map((variant) => variant.trials.length).filter((count) => count > 0)
  const most = Math.max(0, ...counts)
  if (most < 2) return 'one trial'
  const upTo = counts.every((count) => count === most) ? '' : 'up to '
  return `mean over ${upTo}${plural(most, 'trial')}, ${mark} ± one sample standard deviation`
}

function gaps(run: RunResult): readonly string[] {
  const cells = run.variants.flatMap((variant) => [
    formatSummary(variant.error, percent(2)),
    ...sweepsOf(run).flatMap((sweep) =>
      sweep.measures.flatMap((measure) =>
        sweep.levels.map((level) => formatSummary(sweep.at(variant, level, measure), significant)),
      ),
    ),
  ])
  return [
    ...(cells.includes(ABSENT) ? [`${ABSENT}: not measured.`] : []),
    ...(cells.includes(NOT_FINITE) ? [`${NOT_FINITE}: measured, but not a finite number.`] : []),
  ]
}
