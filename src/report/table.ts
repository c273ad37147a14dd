import type { RunResult, VariantResult } from '../study/results.ts'
import { type ColumnGroup, columnWidth, tableBlocks } from './columns.ts'
import { legendOf } from './legend.ts'
import { cleanLine, shortNames } from './text.ts'
import { marksOf, type WarningGroup, warningsOf } from './warnings.ts'

interface TableOptions {
  /** ANSI colours. */
  readonly color: boolean
  /** Columns of the terminal; a group of columns that is wider still gets a block of its own. */
  readonly width: number
}

type Paint = (style: keyof typeof ANSI, text: string) => string

const ANSI = { bold: [1, 22], dim: [2, 22], yellow: [33, 39] } as const
const LONGEST_NAME = 36
const SUPERSCRIPTS = [...'⁰¹²³⁴⁵⁶⁷⁸⁹']

/** The results of one run for a terminal, ending in a newline: blocks of columns, how to read them, the warnings. */
export function renderTable(run: RunResult, options: TableOptions): string {
  const paint: Paint = (style, text) =>
    options.color ? `\u001b[${ANSI[style][0]}m${text}\u001b[${ANSI[style][1]}m` : text
  const warnings = warningsOf(run)
  const names = rowNames(run.variants, warnings)
  const nameWidth = Math.max('variant'.length, ...names.map((name) => name.length))
  const blocks = tableBlocks(run, options.width, nameWidth)
  const lines = [
    paint('bold', `${cleanLine(run.subject)} under ${cleanLine(run.protocol.name)}`),
    ...(run.variants.length === 0 ? ['no variant has been measured yet'] : []),
    ...(run.variants.length === 0
      ? []
      : blocks.flatMap((block) => ['', ...blockLines(run, block, names, nameWidth, paint)])),
    '',
    ...legendOf(run)
      .flatMap((sentence) => wrap(sentence, options.width, ''))
      .map((line) => paint('dim', line)),
    ...warningLines(warnings, options.width, paint),
  ]
  return `${lines.join('\n')}\n`
}

function rowNames(variants: readonly VariantResult[], warnings: readonly WarningGroup[]): readonly string[] {
  const names = shortNames(
    variants.map((variant) => variant.name),
    LONGEST_NAME,
  )
  return variants.map((variant, index) => {
    const marks = marksOf(warnings, variant.name).map(superscript)
    return [names[index] ?? '', ...marks].join(' ')
  })
}

function blockLines(
  run: RunResult,
  block: readonly ColumnGroup[],
  names: readonly string[],
  nameWidth: number,
  paint: Paint,
): readonly string[] {
  const widths = block.map((group) => groupWidths(run, group))
  const titles = block.map((group, g) => group.title.padEnd(sum(widths[g] ?? []) + 2 * (group.columns.length - 1)))
  const heads = block.map((group, g) =>
    group.columns.map((column, c) => column.title.padStart(widths[g]?.[c] ?? 0)).join('  '),
  )
  const rows = run.variants.map((variant, row) => {
    const cells = block.map((group, g) =>
      group.columns.map((column, c) => column.cell(variant).padStart(widths[g]?.[c] ?? 0)).join('  '),
    )
    return [(names[row] ?? '').padEnd(nameWidth), ...cells].join('  ').trimEnd()
  })
  const titled = block.some((group) => group.title !== '')
  return [
    ...(titled ? [paint('dim', [' '.repeat(nameWidth), ...titles].join('  ').trimEnd())] : []),
    paint('bold', ['variant'.padEnd(nameWidth), ...heads].join('  ')),
    ...rows,
  ]
}

/** The columns' widths; a heading longer than all of them widens the first. */
function groupWidths(run: RunResult, group: ColumnGroup): readonly number[] {
  const widths = group.columns.map((column) => columnWidth(run, column))
  const missing = group.title.length - sum(widths) - 2 * (widths.length - 1)
  return widths.map((width, index) => (index === 0 ? width + Math.max(0, missing) : width))
}

function warningLines(warnings: readonly WarningGroup[], width: number, paint: Paint): readonly string[] {
  if (warnings.length === 0) return []
  const lines = warnings.flatMap((warning) => {
    const mark = superscript(warning.number)
    const [first = '', ...rest] = warning.messages.flatMap((message) =>
      wrap(`${message.where}: ${message.text}`, width, ' '.repeat(mark.length + 1)),
    )
    return [paint('yellow', `${mark} ${warning.rule}`), first, ...rest]
  })
  return ['', paint('yellow', 'warnings: reasons to doubt the numbers above'), ...lines]
}

function superscript(number: number): string {
  return [...String(number)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')
}

function wrap(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    const isFull = line.length > indent.length && line.length + 1 + word.length > width
    if (isFull) lines.push(line)
    if (isFull) line = indent
    line += line.length > indent.length ? ` ${word}` : word
  }
  return [...lines, line]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
