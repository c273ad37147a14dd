import { attacks } from '../attacks/index.ts'
import { noises } from '../noise/index.ts'
import { printCall, type ResolvedCall } from '../registry/construct.ts'
import { printBrief } from '../registry/print-brief.ts'
import type { RunResult, Summary, VariantResult } from '../study/results.ts'
import { cleanLine } from './text.ts'

/** One `noise` or `attack` line of the protocol, seen across the variants. */
export interface SweepView {
  readonly kind: 'noise' | 'attack'
  readonly name: string
  readonly parameter: string
  /** The call without its swept hyperparameter: `uniform(renormalize=minmax)`. */
  readonly title: string
  /** For drawings: without what is as usual where the title is long, `pgd(steps=5)`. */
  readonly shortTitle: string
  /** The swept hyperparameter with what it means: `eps: size of the change, in the input's units`. */
  readonly axis: string
  /** Every level that any variant was measured at, ascending. */
  readonly levels: readonly number[]
  /** Measure names in the order in which they were measured. */
  readonly measures: readonly string[]
  at(variant: VariantResult, level: number, measure: string): Summary | null
  /** Null for noise, and for a variant not yet attacked. */
  zeroGradients(variant: VariantResult): Summary | null
}

/** The run's sweeps in the order of the protocol; a variant that lacks one simply has no values in it. */
export function sweepsOf(run: RunResult): readonly SweepView[] {
  const keys = new Map<string, VariantResult['sweeps'][number]>()
  for (const variant of run.variants) {
    for (const sweep of variant.sweeps) if (!keys.has(keyOf(sweep))) keys.set(keyOf(sweep), sweep)
  }
  return [...keys.entries()].map(([key, sweep]) => viewOf(run, key, sweep))
}

function viewOf(run: RunResult, key: string, sample: VariantResult['sweeps'][number]): SweepView {
  const find = (variant: VariantResult) => variant.sweeps.find((sweep) => keyOf(sweep) === key)
  const points = run.variants.flatMap((variant) => find(variant)?.points ?? [])
  return {
    kind: sample.kind,
    name: cleanLine(sample.name),
    parameter: cleanLine(sample.parameter),
    title: titleOf(run, sample),
    shortTitle: shortTitleOf(run, sample),
    axis: axisOf(sample),
    levels: [...new Set(points.map((point) => point.level))].sort((a, b) => a - b),
    measures: [...new Set(points.flatMap((point) => Object.keys(point.measures)))],
    at: (variant, level, measure) =>
      find(variant)?.points.find((point) => point.level === level)?.measures[measure] ?? null,
    zeroGradients: (variant) => find(variant)?.zeroGradientFraction ?? null,
  }
}

interface Swept {
  readonly kind: 'noise' | 'attack'
  readonly name: string
  readonly call: string
  readonly parameter: string
}

/** The call without its swept hyperparameter. */
export function titleOf(run: RunResult, sweep: Swept): string {
  const call = callOf(run, sweep)
  return cleanLine(call === undefined ? sweep.name : printTitle(withoutArgument(call, sweep.parameter)))
}

/** The first clause of the hyperparameter's documentation; a registry that no longer has it leaves the name. */
function axisOf(sweep: { kind: 'noise' | 'attack'; name: string; parameter: string }): string {
  const entry = (sweep.kind === 'noise' ? noises : attacks).get(sweep.name)
  const [clause = ''] = (entry?.params[sweep.parameter]?.doc ?? '').split(/[;.](?:\s|$)/)
  const parameter = cleanLine(sweep.parameter)
  return clause === '' ? parameter : `${parameter}: ${clause.charAt(0).toLowerCase()}${clause.slice(1)}`
}

/** Characters of a title that a drawing has room for, next to the measure's name. */
const shortTitleLimit = 32

function shortTitleOf(run: RunResult, sweep: Swept): string {
  const title = titleOf(run, sweep)
  const call = callOf(run, sweep)
  if (title.length <= shortTitleLimit || call === undefined) return title
  return cleanLine(printBrief(withoutArgument(call, sweep.parameter)))
}

function callOf(run: RunResult, sweep: Swept): ResolvedCall | undefined {
  return run.protocol[sweep.kind].find((candidate) => printCall(candidate) === sweep.call)
}

function withoutArgument(call: ResolvedCall, parameter: string): ResolvedCall {
  const args = Object.entries(call.args).filter(([name]) => name !== parameter)
  return { ...call, args: Object.fromEntries(args) }
}

/** Numbers with four digits: a third is 0.3333… */
function printTitle(call: ResolvedCall): string {
  return printCall(call).replaceAll(/\d\.\d{7,}(?!\d|e)/g, (digits) => `${Number(digits).toPrecision(4)}…`)
}

function keyOf(sweep: { kind: string; name: string; call: string; parameter: string }): string {
  return JSON.stringify([sweep.kind, sweep.name, sweep.call, sweep.parameter])
}

/** `count` of the levels, spread evenly and ending at the last; 0 is left out, since it repeats the clean column. */
export function pickLevels(levels: readonly number[], count: number): readonly number[] {
  const candidates = levels.filter((level) => level !== 0)
  if (candidates.length <= count) return candidates.length > 0 ? candidates : levels
  return candidates.filter((_, index) =>
    Array.from({ length: count }, (_, k) => Math.ceil((candidates.length * (k + 1)) / count) - 1).includes(index),
  )
}

/** A level as written in source: 0.15, not 0.15000000000000002. */
export function printLevel(level: number): string {
  return String(Number(level.toPrecision(12)))
}
