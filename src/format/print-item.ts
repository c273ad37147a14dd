import { isA } from '../syntax/token-facts.ts'
import { Branch } from '../syntax/tokens.ts'
import { type Breaks, breakSegment, isBroken } from './breaks.ts'
import { type Canvas, indentation, joinComments, maxColumns, openCanvas, put, putFixed, putLineEnd } from './canvas.ts'
import { printRows } from './print-rows.ts'
import { closesHead } from './spacing.ts'
import type { Group, Item, Piece, Row } from './tree.ts'

/** Where an item stands. */
export interface Place {
  /** The column of its first line. */
  readonly column: number
  /** How far lines that go on are set in. */
  readonly continuation: number
  /** What follows it directly: the comma of a list. */
  readonly suffix: '' | ','
}

/**
 * Prints one item, its lines after the first indented as they are to stand. What is wider than the page is broken, and
 * `breaks` remembers it.
 */
export function printItem(item: Item, place: Place, breaks: Breaks): string {
  for (;;) {
    const canvas = openCanvas(place.column)
    const wide = putSegments(item, place, breaks, canvas)
    const isBetter = wide.map(({ pieces }) => breakSegment(pieces, breaks)).includes(true)
    if (!isBetter) return canvas.text
  }
}

/** Pieces from one line end to the next. */
interface Segment {
  readonly pieces: readonly Piece[]
  readonly startsHead: boolean
}

/** Returns those segments that are too wide. */
function putSegments(item: Item, place: Place, breaks: Breaks, canvas: Canvas): readonly Segment[] {
  const segments = splitSegments(item.pieces, breaks)
  const wide: Segment[] = []
  for (const [index, segment] of segments.entries()) {
    const column = index === 0 || segment.startsHead ? place.column : place.column + place.continuation
    if (index > 0) putLineEnd(canvas, column)
    canvas.widest = 0
    putPieces(segment.pieces, { body: place.column, line: column }, breaks, canvas)
    const suffix = index === segments.length - 1 ? place.suffix.length : 0
    if (canvas.widest + suffix > maxColumns) wide.push(segment)
  }
  return wide
}

function splitSegments(pieces: readonly Piece[], breaks: Breaks): readonly Segment[] {
  const starts = pieces.flatMap((piece, index) => {
    return index === 0 || piece.before === 'line' || breaks.pieces.has(piece) ? [index] : []
  })
  return starts.map((start, index) => {
    return { pieces: pieces.slice(start, starts.at(index + 1)), startsHead: startsHead(pieces, start) }
  })
}

/** A body and `else` go on where the statement began, and so do the comments before them. */
function startsHead(pieces: readonly Piece[], start: number): boolean {
  let next = start
  while (pieces.at(next)?.content.kind === 'comment') next++
  let previous = start - 1
  while (previous >= 0 && pieces[previous].content.kind === 'comment') previous--
  return next < pieces.length && closesHead(pieces.at(Math.max(previous, 0))?.content, pieces[next].content)
}

/** Columns at which what is broken goes on: bodies those of the statement, other brackets those of their line. */
interface Columns {
  readonly body: number
  readonly line: number
}

function putPieces(pieces: readonly Piece[], columns: Columns, breaks: Breaks, canvas: Canvas): void {
  for (const [index, { content, before }] of pieces.entries()) {
    if (index > 0 && before !== 'nothing') put(canvas, ' ')
    if (content.kind === 'group') putGroup(content, columns, breaks, canvas)
    else if (content.kind === 'word') put(canvas, content.token.image)
    else if (content.isLine || content.text.includes('\n')) putFixed(canvas, content.text)
    else put(canvas, content.text)
  }
}

function putGroup(group: Group, columns: Columns, breaks: Breaks, canvas: Canvas): void {
  put(canvas, group.open.token.image)
  if (isBroken(group, breaks)) {
    const column = group.role === 'body' ? columns.body : columns.line
    putFixed(canvas, joinComments(group.afterOpen))
    putFixed(canvas, printRows(group, column + indentation, breaks))
    putLineEnd(canvas, column)
  } else putFlatRows(group, columns, breaks, canvas)
  put(canvas, group.close.token.image)
}

function putFlatRows(group: Group, columns: Columns, breaks: Breaks, canvas: Canvas): void {
  const isBody = group.role === 'body'
  const isBraced = isBody || group.role === 'names'
  if (isBraced) put(canvas, ' ')
  for (const [index, row] of group.rows.entries()) {
    if (index > 0) put(canvas, !isBody ? ', ' : isBranch(row) && isBranch(group.rows[index - 1]) ? ' ' : '; ')
    putFlatRow(row, columns, breaks, canvas)
  }
  if (isBraced && group.rows.length > 0) put(canvas, ' ')
}

/** `branch { … } branch { … }` in one line: a body has ended, and nothing separates the next. */
function isBranch(row: Row): boolean {
  if (row.kind !== 'item' || row.pieces.length !== 2) return false
  const [{ content: keyword }, { content: body }] = row.pieces
  return keyword.kind === 'word' && isA(keyword.token, Branch) && body.kind === 'group' && body.role === 'body'
}

function putFlatRow(row: Row, columns: Columns, breaks: Breaks, canvas: Canvas): void {
  if (row.kind === 'comments') put(canvas, joinComments(row.comments).slice(1))
  else {
    putPieces(row.pieces, columns, breaks, canvas)
    put(canvas, joinComments(row.trailing))
  }
}
