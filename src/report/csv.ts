import type { RunResult, StudyResults, SweepResult, TrialResult, VariantResult } from '../study/results.ts'
import { titleOf } from './sweeps.ts'

const columns = [
  ...['subject', 'protocol', 'variant', 'parameters', 'flops', 'trial', 'seed'],
  ...['kind', 'perturbation', 'parameter', 'level', 'measure', 'value'],
] as const

/** What was measured, and the number; null where there is none. */
type Row = readonly [
  kind: 'clean' | 'noise' | 'attack' | 'training',
  perturbation: string,
  parameter: string,
  level: number | null,
  measure: string,
  value: number | null,
]

/**
 * `results.csv`: every number of every trial in a line of its own, for pandas, R and spreadsheets. RFC 4180 with line feeds; numbers have all of
 * their digits, fractions run from 0 to 1, and what is missing or not finite is empty.
 */
export function renderCsv({ runs }: StudyResults): string {
  const rows = runs.flatMap((run) =>
    run.variants.flatMap((variant) => {
      const ended = [
        ...variant.trials.map((trial) => ({ trial, rows: rowsOf(trial, run) })),
        ...variant.diverged.map((trial) => ({ trial, rows: [['clean', '', '', null, 'error', null]] as const })),
      ].sort((a, b) => a.trial.trial - b.trial.trial)
      return ended.flatMap(({ trial: { trial, seed }, rows: found }) =>
        found.map((row) => [...headOf(run, variant), trial, seed, ...row]),
      )
    }),
  )
  return `${[columns, ...rows].map((row) => row.map(writeField).join(',')).join('\n')}\n`
}

function headOf({ subject, protocol }: RunResult, { name, parameters, flops }: VariantResult) {
  return [subject, protocol.name, name, parameters.total, flops] as const
}

function rowsOf({ epochs, test, sweeps }: TrialResult, run: RunResult): readonly Row[] {
  return [
    ['clean', '', '', null, 'error', test.error],
    ['clean', '', '', null, 'loss', test.loss],
    ...sweeps.flatMap((sweep) => rowsOfSweep(sweep, titleOf(run, sweep))),
    ...epochs.flatMap(({ epoch, loss, validationError, validationLoss }): readonly Row[] => [
      ['training', '', 'epoch', epoch, 'loss', loss],
      ['training', '', 'epoch', epoch, 'validation_error', validationError],
      ['training', '', 'epoch', epoch, 'validation_loss', validationLoss],
    ]),
  ]
}

function rowsOfSweep({ kind, parameter, points, gradients }: SweepResult, title: string): readonly Row[] {
  const levels = points.flatMap(({ level, measures }) =>
    Object.entries(measures).map(([measure, value]): Row => [kind, title, parameter, level, measure, value]),
  )
  if (gradients === null) return levels
  return [
    ...levels,
    [kind, title, '', null, 'zero_gradients', gradients.zeroFraction],
    [kind, title, '', null, 'non_finite_gradients', gradients.nonFiniteFraction],
  ]
}

function writeField(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
