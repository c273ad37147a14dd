import type { Variant } from '../../ablation/variants.ts'
import type { Span } from '../../diagnostics/diagnostic.ts'
import type { FlopsConvention } from '../../graph/cost.ts'
import { summarize, type VariantSummary } from '../../graph/summary.ts'
import { printProblems } from '../problems.ts'
import { listVariants } from '../select.ts'
import { compileFile, lineAt } from '../source.ts'
import { describeConventions, renderSummary } from '../summary-table.ts'
import type { Terminal } from '../terminal.ts'

interface SummaryFlags {
  readonly variant?: readonly string[]
  readonly flops?: FlopsConvention
  readonly json?: true
}

/** `wmnet summary FILE`: what every variant costs. */
export function summary(path: string, flags: SummaryFlags, terminal: Terminal): number {
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const convention = flags.flops ?? 'written'
  const variants = listVariants(program, flags.variant, path)
  const lineOf = (span: Span): number => lineAt(program, span)
  const summaries = variants.map((variant) => summarize(variant, convention, lineOf))
  terminal.out(flags.json ? `${JSON.stringify(summaries, null, 2)}\n` : renderAll(variants, summaries, convention))
  return 0
}

function renderAll(
  variants: readonly Variant[],
  summaries: readonly VariantSummary[],
  convention: FlopsConvention,
): string {
  if (variants.length === 0) return 'no networks\n'
  const tables = variants.map((variant, index) => {
    const { name, subject, graph } = variant
    const title = name === subject ? name : `${name} (${subject} of ${graph.network})`
    const costs = summaries[index]
    if (costs === undefined) throw new Error(`variant '${name}' has no summary`)
    return renderSummary(title, costs, graph.nodes)
  })
  return `${tables.join('\n')}\n${describeConventions(convention)}`
}
