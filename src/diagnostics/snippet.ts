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

/** The part of a mark that lies in one line. Places count UTF-16 units from the line's start. */
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
/** Of a line longer than this only the surroundings of a mark are looked at: a whole file may be one line. */
const maxUnits = 2000

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
  const first = map.lineBounds(start.line)
  const last = map.lineBounds(end.line)
  const from = place(start.offset, first)
  const to = place(Math.max(span.start, span.end), last)
  if (start.line === end.line) return [{ line: start.line, from, to, message, part }]
  const head = { line: start.line, from, to: first.end - first.start, part }
  const indent = map.text.slice(last.start, last.start + to).search(/\S/)
  if (indent < 0) return [{ ...head, message }]
  return [
    { ...head, message: '' },
    { line: end.line, from: indent, to, message, part },
  ]
}

/** An offset counted from the start of its line, its line break being the line's end. */
function place(offset: number, { start, end }: { readonly start: number; readonly end: number }): number {
  return Math.min(Math.max(offset, start), end) - start
}

function drawLine(
  map: SourceMap,
  line: number,
  marks: readonly LineMark[],
  width: number,
  paint: Paint,
  bar: string,
): string[] {
  const { start, end } = map.lineBounds(line)
  const number = paint('gutter', ` ${String(line).padStart(width)} |`)
  const ordered = [...marks].sort((a, b) => a.from - b.from)
  const isHuge = end - start > maxUnits
  const isLong = isHuge || countColumns(toCells(map.text.slice(start, end))) > maxWidth
  // A long line is shown once for each mark, cut around it.
  const views = isLong && ordered.length > 0 ? ordered.map((mark) => [mark]) : [ordered]
  return views.flatMap((view) => {
    const focus = view.at(0)?.from ?? 0
    const piece = pieceOf(map.text.slice(start, end), focus, isHuge)
    const cells = toCells(piece.text)
    const window = windowAround(cells, cellAt(piece, focus), isLong)
    const rows = view.map((mark) => `${bar} ${underline(cells, mark, piece, window, paint)}`.trimEnd())
    return [`${number} ${showCells(cells, window)}`.trimEnd(), ...rows]
  })
}

/** The part of a line that is looked at, and where in the line it starts. */
interface Piece {
  readonly text: string
  readonly start: number
}

function pieceOf(line: string, focus: number, isHuge: boolean): Piece {
  if (!isHuge) return { text: line, start: 0 }
  const start = Math.max(0, focus - maxUnits / 2)
  return { text: line.slice(start, start + maxUnits), start }
}

/** The cell of a place in the line; a cell is a code point. */
function cellAt(piece: Piece, place: number): number {
  return [...piece.text.slice(0, Math.max(0, place - piece.start))].length
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
function underline(cells: readonly Cell[], mark: LineMark, piece: Piece, { from, to }: Window, paint: Paint): string {
  const start = Math.min(Math.max(cellAt(piece, mark.from), from), to)
  const end = Math.min(Math.max(cellAt(piece, mark.to), start), to)
  const lead = (from > 0 ? 1 : 0) + countColumns(cells.slice(from, start))
  const length = Math.max(1, countColumns(cells.slice(start, end)))
  const signs = (mark.part === 'secondary' ? '-' : '^').repeat(length)
  return ' '.repeat(lead) + paint(mark.part, `${signs} ${toPrintable(mark.message)}`.trimEnd())
}

function countColumns(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0)
}
