import { indentation, joinComments, maxColumns, openCanvas, put, putFixed, putLineEnd, type Canvas } from './canvas.ts'
import { type Breaks, breakSegment, isBroken } from './breaks.ts'
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
    const isBetter = wide.map((segment) => breakSegment(segment, breaks)).includes(true)
    if (!isBetter) return canvas.text
  }
}

/** Returns those stretches between line ends that are too wide. */
function putSegments(item: Item, place: Place, breaks: Breaks, canvas: Canvas): readonly (readonly Piece[])[] {
  const segments = splitSegments(item.pieces, breaks)
  return segments.filter((segment, index) => {
    const column = index === 0 ? place.column : columnOf(item.pieces, segment[0], place)
    if (index > 0) putLineEnd(canvas, column)
    canvas.widest = 0
    putPieces(segment, { body: place.column, line: column }, breaks, canvas)
    const isLast = index === segments.length - 1
    return canvas.widest + (isLast ? place.suffix.length : 0) > maxColumns
  })
}

function splitSegments(pieces: readonly Piece[], breaks: Breaks): Piece[][] {
  const segments: Piece[][] = []
  for (const piece of pieces) {
    const startsLine = segments.length === 0 || piece.before === 'line' || breaks.pieces.has(piece)
    if (startsLine) segments.push([piece])
    else segments[segments.length - 1].push(piece)
  }
  return segments
}

/** A body and `else` go on where the statement began, and so do the comments before them. */
function columnOf(pieces: readonly Piece[], first: Piece, place: Place): number {
  const start = pieces.indexOf(first)
  const next = pieces.findIndex(({ content }, index) => index >= start && content.kind !== 'comment')
  const previous = pieces.findLast(({ content }, index) => index < next && content.kind !== 'comment')
  const isHead = next >= 0 && closesHead(previous?.content, pieces[next].content)
  return isHead ? place.column : place.column + place.continuation
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
    if (index > 0) put(canvas, isBody ? '; ' : ', ')
    putFlatRow(row, columns, breaks, canvas)
  }
  if (isBraced && group.rows.length > 0) put(canvas, ' ')
}

function putFlatRow(row: Row, columns: Columns, breaks: Breaks, canvas: Canvas): void {
  if (row.kind === 'comments') put(canvas, joinComments(row.comments).slice(1))
  else {
    putPieces(row.pieces, columns, breaks, canvas)
    put(canvas, joinComments(row.trailing))
  }
}
