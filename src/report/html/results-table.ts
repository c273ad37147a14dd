import type { RunResult, VariantResult } from '../../study/results.ts'
import { type ColumnGroup, formatMeasure, tableBlocks } from '../columns.ts'
import { legendOf } from '../legend.ts'
import { html, type Markup } from '../markup.ts'
import { isFraction, measureName } from '../measure-name.ts'
import { printLevel, type SweepView, sweepsOf } from '../sweeps.ts'
import { marksOf, type WarningGroup } from '../warnings.ts'
import { breakable, scrollable, warningMarks } from './parts.ts'

/** Characters across a block of columns: what a page of paper holds. */
const BLOCK_WIDTH = 112
/** Characters after which names wrap. */
const LONGEST_NAME = 30

/** The run's results: the columns of the terminal's table, in as many tables as the page's width asks for. */
export function resultsTables(run: RunResult, warnings: readonly WarningGroup[], prefix: string): Markup {
  const names = Math.max(7, ...run.variants.map((variant) => variant.name.length + 2))
  const blocks = tableBlocks(run, BLOCK_WIDTH, Math.min(names, LONGEST_NAME))
  const label = `Results of ${run.subject} under ${run.protocol.name}`
  const tables = blocks.map((block, index) =>
    scrollable(blocks.length === 1 ? label : `${label}, part ${index + 1}`, blockTable(run, block, warnings, prefix)),
  )
  return html`${tables}<p class="note">${legendOf(run).join(' ')}</p>
`
}

function blockTable(
  run: RunResult,
  block: readonly ColumnGroup[],
  warnings: readonly WarningGroup[],
  prefix: string,
): Markup {
  const titles = block.map((group) =>
    group.title === ''
      ? html`<td colspan="${group.columns.length}"></td>`
      : html`<th scope="colgroup" colspan="${group.columns.length}">${group.title}</th>`,
  )
  const heads = block.flatMap((group) => group.columns.map((column) => html`<th scope="col">${column.title}</th>`))
  const cells = (variant: VariantResult) =>
    block.flatMap((group) => group.columns.map((column) => html`<td>${column.cell(variant)}</td>`))
  const rows = run.variants.map(
    (variant) =>
      html`<tr><th scope="row">${breakable(variant.name)}${warningMarks(marksOf(warnings, variant.name), prefix)}</th>${cells(variant)}</tr>\n`,
  )
  return html`<table>
<thead>
<tr><td></td>${titles}</tr>
<tr><th scope="col" class="text">variant</th>${heads}</tr>
</thead>
<tbody>
${rows}</tbody>
</table>`
}

/** Every level of every sweep as numbers, folded away: what the curves show. */
export function allLevels(run: RunResult): Markup {
  const sweeps = sweepsOf(run)
  if (sweeps.length === 0) return html``
  const tables = sweeps.flatMap((sweep) => sweep.measures.map((measure) => levelTable(run, sweep, measure)))
  return html`<details>
<summary>All levels as numbers</summary>
${tables}</details>
`
}

function levelTable(run: RunResult, sweep: SweepView, measure: string): Markup {
  const unit = isFraction(measure) ? ' in %' : ''
  const caption = `${measureName(measure)}${unit}, ${sweep.kind} ${sweep.title}`
  const heads = run.variants.map((variant) => html`<th scope="col">${breakable(variant.name)}</th>`)
  const rows = sweep.levels.map((level) => {
    const cells = run.variants.map(
      (variant) => html`<td>${formatMeasure(sweep.at(variant, level, measure), measure)}</td>`,
    )
    return html`<tr><th scope="row">${printLevel(level)}</th>${cells}</tr>\n`
  })
  return scrollable(
    caption,
    html`<table>
<caption>${caption}</caption>
<thead>
<tr><th scope="col" class="text">${sweep.parameter}</th>${heads}</tr>
</thead>
<tbody>
${rows}</tbody>
</table>`,
  )
}
