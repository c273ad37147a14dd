import type { DivergedTrial, Summary, SweepResult, TrialResult, VariantResult } from './results.ts'

/** A variant's trials over each other: every number as mean ± sample standard deviation (n − 1). Those that diverged are no part of it. */
export function summarizeVariant(
  variant: Pick<VariantResult, 'name' | 'graphHash' | 'parameters' | 'flops'>,
  trials: readonly TrialResult[],
  diverged: readonly DivergedTrial[],
): VariantResult {
  const { name, graphHash, parameters, flops } = variant
  const sweeps = trials[0]?.sweeps ?? []
  return {
    name,
    graphHash,
    parameters,
    flops,
    trials,
    diverged,
    error: trials.length === 0 ? null : summarize(trials.map((trial) => trial.test.error)),
    sweeps: sweeps.map((_, index) => summarizeSweep(trials.map((trial) => sweepAt(trial, index)))),
  }
}

/** The trials of one sweep of one protocol, which share their levels and measures. */
function summarizeSweep(trials: readonly SweepResult[]): VariantResult['sweeps'][number] {
  const [first] = trials
  if (first === undefined) throw new Error('a sweep without trials')
  const { kind, name, call, parameter } = first
  const zeroFractions = trials.flatMap((sweep) => sweep.gradients?.zeroFraction ?? [])
  const points = first.points.map(({ level, measures }, index) => ({
    level,
    measures: Object.fromEntries(
      Object.keys(measures).map((measure) => [
        measure,
        summarize(trials.map((sweep) => sweep.points[index]?.measures[measure] ?? Number.NaN)),
      ]),
    ),
  }))
  const zeroGradientFraction = zeroFractions.length === 0 ? null : summarize(zeroFractions)
  return { kind, name, call, parameter, points, zeroGradientFraction }
}

function summarize(values: readonly number[]): Summary {
  const mean = sum(values) / values.length
  if (values.length < 2) return { mean, std: null }
  return { mean, std: Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1)) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function sweepAt(trial: TrialResult, index: number): SweepResult {
  const sweep = trial.sweeps[index]
  if (sweep === undefined) throw new Error(`trial ${trial.trial} of ${trial.variant} lacks sweep ${index}`)
  return sweep
}
