import type { Severity, Span } from './diagnostic.ts'
import type { Paint } from './paint.ts'
import type { SourceMap } from './source-map.ts'
import { type Cell, toCells, toPrintable } from './visible-text.ts'

/** A span to underline, with the words beside the underline. */
export interface Mark {
  readonly span: Span
  readonly message: string
  readonly part: Severity | 'secondary'
}

/** The part of a mark that lies in one line. Cells count from the line's start. */
interface LineMark {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly message: string
  readonly part: Mark['part']
}

/** Lines wider than this are cut around what is underlined. */
const maxWidth = 110
/** Cells shown before a mark in a line that is cut. */
const leadIn = 30

/** The marked lines of one file, each with its underlines; gaps between them are shown as `...`. */
export function drawSnippet(map: SourceMap, marks: readonly Mark[], width: number, paint: Paint): string[] {
  const pieces = marks.flatMap((mark) => splitByLine(map, mark))
  const lines = [...new Set(pieces.map(({ line }) => line))].sort((a, b) => a - b)
  const bar = paint('gutter', `${' '.repeat(width + 2)}|`)
  const drawn: string[] = []
  let previous: number | undefined
  for (const line of lines) {
    if (previous !== undefined && line === previous + 2) drawn.push(...drawLine(map, line - 1, [], width, paint, bar))
    else if (previous !== undefined && line > previous + 1) drawn.push(paint('gutter', '...'))
    const here = pieces.filter((piece) => piece.line === line)
    drawn.push(...drawLine(map, line, here, width, paint, bar))
    previous = line
  }
  return drawn
}

/** A mark over several lines underlines its first and its last; the words stand at the last. */
function splitByLine(map: SourceMap, { span, message, part }: Mark): LineMark[] {
  const start = map.locate(span.start)
  const end = map.locate(Math.max(span.start, span.end))
  if (start.line === end.line) {
    return [{ line: start.line, from: start.column - 1, to: end.column - 1, message, part }]
  }
  const first = [...lineText(map, start.line)]
  const last = [...lineText(map, end.line)].slice(0, end.column - 1)
  const indent = Math.max(
    0,
    last.findIndex((character) => character.trim() !== ''),
  )
  const head = { line: start.line, from: start.column - 1, to: first.length, part }
  if (last.join('').trim() === '') return [{ ...head, message }]
  return [
    { ...head, message: '' },
    { line: end.line, from: indent, to: last.length, message, part },
  ]
}

function drawLine(
  map: SourceMap,
  line: number,
  marks: readonly LineMark[],
  width: number,
  paint: Paint,
  bar: string,
): string[] {
  const cells = toCells(lineText(map, line))
  const number = paint('gutter', ` ${String(line).padStart(width)} |`)
  const isLong = countColumns(cells) > maxWidth
  const ordered = [...marks].sort((a, b) => a.from - b.from)
  // A long line is shown once for each mark, cut around it.
  const views = isLong && ordered.length > 0 ? ordered.map((mark) => [mark]) : [ordered]
  return views.flatMap((view) => {
    const window = windowAround(cells, view.at(0)?.from ?? 0, isLong)
    const rows = view.map((mark) => `${bar} ${underline(cells, mark, window, paint)}`.trimEnd())
    return [`${number} ${showCells(cells, window)}`.trimEnd(), ...rows]
  })
}

interface Window {
  readonly from: number
  readonly to: number
}

function windowAround(cells: readonly Cell[], focus: number, isLong: boolean): Window {
  if (!isLong) return { from: 0, to: cells.length }
  const from = focus <= leadIn ? 0 : focus - leadIn
  let to = from
  let columns = 0
  while (to < cells.length && columns + cells[to].width <= maxWidth) columns += cells[to++].width
  return { from, to }
}

function showCells(cells: readonly Cell[], { from, to }: Window): string {
  const shown = cells.slice(from, to).map(({ text }) => text)
  return `${from > 0 ? '…' : ''}${shown.join('')}${to < cells.length ? '…' : ''}`
}

/** `^^^^ message`: carets for the primary mark, dashes for others, at least one, under the cells of the mark. */
function underline(cells: readonly Cell[], mark: LineMark, { from, to }: Window, paint: Paint): string {
  const start = Math.min(Math.max(mark.from, from), to)
  const end = Math.min(Math.max(mark.to, start), to)
  const lead = (from > 0 ? 1 : 0) + countColumns(cells.slice(from, start))
  const length = Math.max(1, countColumns(cells.slice(start, end)))
  const signs = (mark.part === 'secondary' ? '-' : '^').repeat(length)
  return ' '.repeat(lead) + paint(mark.part, `${signs} ${toPrintable(mark.message)}`.trimEnd())
}

function countColumns(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0)
}

function lineText(map: SourceMap, line: number): string {
  const { start, end } = map.lineBounds(line)
  return map.text.slice(start, end)
}
