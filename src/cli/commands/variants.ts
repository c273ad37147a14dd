import type { Change } from '../../ablation/changes.ts'
import type { Variant } from '../../ablation/variants.ts'
import type { Program } from '../../compile.ts'
import type { Span } from '../../diagnostics/diagnostic.ts'
import { type Count, costOf, countOperations } from '../../graph/cost.ts'
import { printProblems } from '../problems.ts'
import { listVariants } from '../select.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import { renderVariants } from '../variants-table.ts'
import { writeVariants } from '../write-variants.ts'

interface VariantsFlags {
  readonly variant?: readonly string[]
  readonly json?: true
  readonly write?: string
}

/** A variant as `wmnet variants` lists it, and as `--json` prints it. */
export interface ListedVariant {
  readonly variant: string
  /** The ablation, or the network itself. */
  readonly subject: string
  readonly network: string
  /** The first variant of its ablation: what the others are compared with. */
  readonly baseline: boolean
  readonly params: number
  readonly macs: number
  /** As written. */
  readonly flops: number
  readonly compiled: Count
  /** Canonical: equal for equal networks, whatever their names. */
  readonly hash: string
  readonly changes: readonly ListedChange[]
}

type WithoutSpan<C extends Change> = C extends Change ? Omit<C, 'span'> : never

export type ListedChange = WithoutSpan<Change> & {
  /** The diff as written, or what a `grid` or `zip` set. */
  readonly text: string
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** `wmnet variants FILE`: the table of its ablations; with `--write`, a file for each variant as well. */
export function variants(path: string, flags: VariantsFlags, terminal: Terminal): number {
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const chosen = listVariants(program, flags.variant, path)
  const baselines = new Set(
    chosen.map(({ subject }) => program.variants.find((variant) => variant.subject === subject)),
  )
  const listed = chosen.map((variant) => describeVariant(variant, baselines.has(variant), program))
  // Before anything is printed: what cannot be written ends the command.
  const files = flags.write === undefined ? [] : writeVariants(chosen, listed, flags.write, path)
  terminal.out(flags.json ? `${JSON.stringify(listed, null, 2)}\n` : renderVariants(listed))
  if (flags.write !== undefined) {
    terminal.note(`wrote ${files.length} ${files.length === 1 ? 'file' : 'files'} into ${flags.write}\n`)
  }
  return 0
}

function describeVariant(variant: Variant, baseline: boolean, program: Program): ListedVariant {
  const { name, subject, graph, hash } = variant
  const { parameters, cost } = costOf(graph)
  return {
    ...{ variant: name, subject, network: graph.network, baseline, params: parameters.total },
    ...countOperations(cost, 'written'),
    ...{ compiled: countOperations(cost, 'compiled'), hash },
    changes: variant.changes.map((change) => describeChange(change, program)),
  }
}

function describeChange(change: Change, program: Program): ListedChange {
  const { span, ...what } = change
  const source = program.sources.get(span.file) ?? ''
  return { ...what, text: textOf(change, source), file: span.file, line: lineAt(source, span) }
}

/** A grid's axis lists all its values; what it set is the one. */
function textOf(change: Change, source: string): string {
  const written = source.slice(change.span.start, change.span.end).replaceAll(/\s+/g, ' ')
  return change.kind === 'set' && change.generated ? `${change.parameter} = ${change.value}` : written
}

/** From 1. */
function lineAt(source: string, span: Span): number {
  return source.slice(0, span.start).split('\n').length
}
