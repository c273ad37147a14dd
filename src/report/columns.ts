import type { RunResult, Summary, VariantResult } from '../study/results.ts'
import { formatFraction, formatSummary, grouped, percent, scaled, significant } from './format.ts'
import { isFraction, measureName } from './measure-name.ts'
import { pickLevels, printLevel, type SweepView, sweepsOf } from './sweeps.ts'

export interface Column {
  readonly title: string
  cell(variant: VariantResult): string
}

/** Columns under one heading. */
export interface ColumnGroup {
  readonly title: string
  readonly columns: readonly Column[]
}

const GAP = 2

/**
 * The results table as blocks that each fit `width` characters where that is possible; every block starts with
 * the variants' names, `names` characters wide. With room, sweeps show four levels instead of three.
 */
export function tableBlocks(run: RunResult, width: number, names: number): readonly (readonly ColumnGroup[])[] {
  const layouts = [4, 3].map((count) => {
    const groups = [generalGroup(run), ...sweepsOf(run).map((sweep) => sweepGroup(sweep, count))]
    return wrapGroups(run, groups, width - names)
  })
  return layouts.reduce((best, next) => (next.length < best.length ? next : best))
}

function generalGroup(run: RunResult): ColumnGroup {
  const finished = {
    title: 'trials',
    cell: (variant: VariantResult) => `${variant.trials.length}/${run.protocol.trials}`,
  }
  return {
    title: '',
    columns: [
      ...(run.variants.some((variant) => variant.trials.length !== run.protocol.trials) ? [finished] : []),
      { title: 'parameters', cell: (variant) => grouped(variant.parameters.total) },
      { title: 'FLOPs', cell: (variant) => scaled(variant.flops) },
      {
        title: 'clean error %',
        cell: (variant) => (hasOnlyDiverged(variant) ? 'diverged' : formatSummary(variant.error, percent(2))),
      },
    ],
  }
}

function hasOnlyDiverged({ trials, diverged }: VariantResult): boolean {
  return trials.length === 0 && diverged.length > 0
}

function sweepGroup(sweep: SweepView, count: number): ColumnGroup {
  const errors = sweep.measures.includes('error') ? pickLevels(sweep.levels, count) : []
  const last = sweep.levels.at(-1)
  const others = last === undefined ? [] : sweep.measures.filter((measure) => measure !== 'error')
  const zero: Column = { title: 'zero grad. %', cell: (variant) => formatFraction(sweep.zeroGradients(variant)) }
  return {
    title: `${sweep.kind} ${sweep.title}: error % at ${sweep.parameter}`,
    columns: [
      ...errors.map((level) => ({
        title: printLevel(level),
        cell: (variant: VariantResult) => formatSummary(sweep.at(variant, level, 'error'), percent(1)),
      })),
      ...others.map((measure) => ({
        title: `${measureName(measure)}${isFraction(measure) ? ' %' : ''} at ${printLevel(last ?? 0)}`,
        cell: (variant: VariantResult) => formatMeasure(sweep.at(variant, last ?? 0, measure), measure),
      })),
      ...(sweep.kind === 'attack' ? [zero] : []),
    ],
  }
}

/** A measure in the unit that its name says. */
export function formatMeasure(summary: Summary | null, measure: string): string {
  if (measure === 'error') return formatSummary(summary, percent(1))
  return isFraction(measure) ? formatFraction(summary) : formatSummary(summary, significant)
}

function wrapGroups(run: RunResult, groups: readonly ColumnGroup[], width: number): ColumnGroup[][] {
  const blocks: ColumnGroup[][] = []
  let used = 0
  for (const group of groups) {
    const size = groupWidth(run, group)
    const block = blocks.at(-1)
    if (block === undefined || used + size > width) {
      blocks.push([group])
      used = size
    } else {
      block.push(group)
      used += size
    }
  }
  return blocks
}

/** Characters that the group takes, the gap before each column included. */
function groupWidth(run: RunResult, group: ColumnGroup): number {
  const columns = group.columns.reduce((sum, column) => sum + columnWidth(run, column) + GAP, 0)
  return Math.max(columns, group.title.length + GAP)
}

/** Characters of the widest cell or the title. */
export function columnWidth(run: RunResult, column: Column): number {
  return Math.max(column.title.length, ...run.variants.map((variant) => column.cell(variant).length))
}
