import type { FlopsConvention } from '../graph/cost.ts'
import type { GraphNode } from '../graph/graph.ts'
import { printShape, type Shape } from '../graph/graph.ts'
import type { VariantSummary } from '../graph/summary.ts'
import { printBrief } from '../registry/print-brief.ts'

/** One application of a statement, its layer, normalisation and activation together. */
interface StatementRow {
  readonly line: number
  readonly text: string
  readonly output: Shape
  readonly params: number
  readonly macs: number
  readonly flops: number
  readonly compiledFlops: number
}

const headings = ['line', 'statement', 'output', 'parameters', 'MACs', 'FLOPs', 'compiled'] as const

/** What the FLOPs columns count; stands under the table. */
const conventionNotes: Readonly<Record<FlopsConvention, string>> = {
  written:
    'FLOPs as written: 2 per multiply-add of every convolution (ones kernels included) and dense layer, 1 per elementwise product.',
  compiled: 'FLOPs as compiled: what runs after the weight map layers sum over input channels first.',
  conv: 'FLOPs of convolutions alone, 2 per multiply-add, ones kernels included, as the paper counts.',
}

/** A variant for a terminal: one line per statement, the totals, the conventions. */
export function renderSummary(title: string, summary: VariantSummary, nodes: readonly GraphNode[]): string {
  const rows = groupStatements(summary, nodes)
  const total = [
    '',
    'total',
    '',
    ...[summary.params.total, summary.macs, summary.flops, summary.compiled.flops].map(group),
  ]
  const cells = [[...headings], ...rows.map(printRow), total]
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => alignCell(cell, column, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  const [heading = '', ...body] = lines
  return `${[title, heading, rule, ...body.slice(0, -1), rule, ...body.slice(-1), '', ...describeTotals(summary)].join('\n')}\n`
}

/** The conventions of the columns, once under all tables. */
export function describeConventions(convention: FlopsConvention): string {
  const last = convention === 'compiled' ? [] : [conventionNotes.compiled.replace('FLOPs as compiled', 'compiled')]
  return `${[conventionNotes[convention], ...last].join('\n')}\n`
}

function groupStatements(summary: VariantSummary, nodes: readonly GraphNode[]): readonly StatementRow[] {
  const statements = [...new Set(summary.layers.map((layer) => layer.statement))]
  return statements.map((statement) => {
    const parts = summary.layers.filter((layer) => layer.statement === statement)
    const names = nodes.filter((node) => node.origin.statement === statement).map((node) => printBrief(node.call))
    const label = parts.find((part) => part.label !== null)?.label ?? null
    const add = (count: (part: (typeof parts)[number]) => number): number =>
      parts.reduce((sum, part) => sum + count(part), 0)
    return {
      line: parts[0]?.line ?? 0,
      text: `${names.join(' + ')}${label === null ? '' : ` as ${label}`}`,
      output: parts.at(-1)?.output ?? [],
      params: add((part) => part.params),
      macs: add((part) => part.macs),
      flops: add((part) => part.flops),
      compiledFlops: add((part) => part.compiled.flops),
    }
  })
}

function printRow(row: StatementRow): string[] {
  const counts = [row.params, row.macs, row.flops, row.compiledFlops].map(group)
  return [String(row.line), row.text, printShape(row.output), ...counts]
}

function describeTotals({ params, activationBytes }: VariantSummary): readonly string[] {
  const fixed = params.total - params.trainable
  const split = fixed === 0 ? 'all trainable' : `${group(params.trainable)} trainable, ${group(fixed)} not`
  return [
    `${group(params.total)} parameters, ${split}; activations at batch 1: ${(activationBytes / 1024).toFixed(1)} KiB`,
  ]
}

/** Text to the left, numbers to the right. */
function alignCell(cell: string, column: number, width: number): string {
  return column === 1 || column === 2 ? cell.padEnd(width) : cell.padStart(width)
}

function group(value: number): string {
  return value.toLocaleString('en-US')
}
