import type { RunResult, SweepResult, TrialResult } from '../../study/results.ts'
import { exactPercent, formatValue, percent, significant } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { printLevel } from '../sweeps.ts'
import { breakable, scrollable } from './parts.ts'

/** One row for each trial: what its mean hides. */
export function trialsTable(run: RunResult): Markup {
  const trials = run.variants.flatMap((variant) => variant.trials)
  // Incomplete trials may lack sweeps; the longest list names them all.
  const sweeps = trials.reduce<readonly SweepResult[]>(
    (most, { sweeps }) => (sweeps.length > most.length ? sweeps : most),
    [],
  )
  const groups = sweeps.map(
    (sweep) =>
      html`<th scope="colgroup" colspan="${sweep.kind === 'attack' ? 3 : 1}">${sweep.name}, ${sweep.parameter} ${printLevel(sweep.points.at(-1)?.level ?? 0)}</th>`,
  )
  const heads = ['trial', 'seed', 'kept epoch', 'clean error %', 'test loss', ...sweeps.flatMap(sweepHeads)]
  const rows = trials.map(
    (trial) =>
      html`<tr><th scope="row">${breakable(trial.variant)}</th><td>${trial.trial}</td><td>${trial.seed}</td><td>${keptEpoch(trial)}</td><td>${formatValue(trial.test.error, percent(2))}</td><td>${formatValue(trial.test.loss, significant)}</td>${sweeps.flatMap((sweep, index) => sweepCells(trial.sweeps[index], sweep.kind))}</tr>\n`,
  )
  const span = heads.length - 2
  const diverged = run.variants.flatMap((variant) =>
    variant.diverged.map(
      ({ trial, seed, reason }) =>
        html`<tr><th scope="row">${breakable(variant.name)}</th><td>${trial}</td><td>${seed}</td><td class="text" colspan="${span}">diverged: ${reason}</td></tr>\n`,
    ),
  )
  return scrollable(
    `Trials of ${run.subject} under ${run.protocol.name}`,
    html`<table>
<thead>
<tr><td colspan="6"></td>${groups}</tr>
<tr><th scope="col" class="text">variant</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
</thead>
<tbody>
${rows}${diverged}</tbody>
</table>`,
  )
}

function sweepHeads({ kind }: SweepResult): readonly string[] {
  return ['error %', ...(kind === 'attack' ? ['zero grad. %', 'non-finite grad. %'] : [])]
}

function keptEpoch(trial: TrialResult): string {
  return `${trial.keptEpoch} of ${trial.epochs.length}`
}

function sweepCells(sweep: SweepResult | undefined, kind: SweepResult['kind']): readonly Markup[] {
  const values = [
    formatValue(sweep?.points.at(-1)?.measures.error, percent(1)),
    ...(kind === 'attack'
      ? [
          formatValue(sweep?.gradients?.zeroFraction, exactPercent),
          formatValue(sweep?.gradients?.nonFiniteFraction, exactPercent),
        ]
      : []),
  ]
  return values.map((value) => html`<td>${value}</td>`)
}
