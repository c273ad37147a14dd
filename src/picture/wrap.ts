import type { BodySize } from './measure.ts'
import type { Lane } from './routes.ts'

/** Where the slots of the outermost body stand, once it is broken into columns. */
export interface Wrapped {
  readonly axes: readonly number[]
  /** The middles of the gutters left of them. */
  readonly gutters: readonly number[]
  readonly tops: readonly number[]
  readonly width: number
  readonly height: number
}

/** A picture that is no higher than this, in pixels, is not broken. */
const maxHeight = 1100
/** Nor is one that would stay nearly as high, because something in it is not to be broken. */
const worthwhile = 0.7
/** Height to width of a page. */
const pageRatio = 1.5
/** Between columns, for the line from the end of one to the top of the next. */
const gutter = 44
/** Above and below a column, for the same line. */
const margin = 22

/** Breaks a high picture into columns, so that it fits a page. A lane is never broken. */
export function wrapBody(size: BodySize, lanes: readonly Lane[]): Wrapped {
  const wanted = Math.round(Math.sqrt(size.height / (pageRatio * (size.left + size.right + gutter))))
  const pieces = unbreakablePieces(size, lanes)
  const broken = distribute(pieces, Math.max(1, wanted))
  const isWorthIt = size.height > maxHeight && Math.max(...broken.map(heightOf)) < worthwhile * size.height
  const columns = isWorthIt ? broken : [pieces]
  const room = columns.length > 1 ? margin : 0
  let [x, height] = [0, 0]
  const spots = columns.flatMap((column) => {
    const slots = column.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index))
    const { left, right } = widthOf(slots, size, lanes)
    const axis = x + left
    const beside = x - gutter / 2
    const first = size.tops[slots[0] ?? 0] ?? 0
    x = axis + right + gutter
    height = Math.max(height, room + heightOf(column) + room)
    return slots.map((slot) => ({ axis, beside, top: room + (size.tops[slot] ?? 0) - first }))
  })
  return {
    axes: spots.map(({ axis }) => axis),
    gutters: spots.map(({ beside }) => beside),
    tops: spots.map(({ top }) => top),
    width: x - gutter,
    height,
  }
}

/** Slots that stay together, end exclusive, with the heights at which they begin and end. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly top: number
  readonly bottom: number
}

function unbreakablePieces({ tops, extents }: BodySize, lanes: readonly Lane[]): readonly Piece[] {
  const spanned = new Set<number>()
  for (const { from, to } of lanes) for (let slot = from.slot; slot < to.slot; slot++) spanned.add(slot)
  const pieces: Piece[] = []
  let start = 0
  extents.forEach(({ height }, slot) => {
    if (spanned.has(slot) && slot < extents.length - 1) return
    pieces.push({ start, end: slot + 1, top: tops[start] ?? 0, bottom: (tops[slot] ?? 0) + height })
    start = slot + 1
  })
  return pieces
}

function heightOf(pieces: readonly Piece[]): number {
  return (pieces.at(-1)?.bottom ?? 0) - (pieces[0]?.top ?? 0)
}

/** Into at most so many columns, the highest as low as can be. */
function distribute(pieces: readonly Piece[], count: number): readonly (readonly Piece[])[] {
  let low = Math.max(...pieces.map(({ top, bottom }) => bottom - top))
  let high = heightOf(pieces)
  while (high - low > 1) {
    const middle = (low + high) / 2
    if (fill(pieces, middle).length <= count) high = middle
    else low = middle
  }
  return fill(pieces, high)
}

/** As many pieces in each column as its height holds. */
function fill(pieces: readonly Piece[], height: number): readonly (readonly Piece[])[] {
  const columns: Piece[][] = []
  for (const piece of pieces) {
    const column = columns.at(-1)
    if (column !== undefined && heightOf([...column.slice(0, 1), piece]) <= height) column.push(piece)
    else columns.push([piece])
  }
  return columns
}

function widthOf(
  slots: readonly number[],
  { extents, laneOffsets }: BodySize,
  lanes: readonly Lane[],
): { readonly left: number; readonly right: number } {
  const inside = new Set(slots)
  const offsets = lanes.flatMap(({ to }, index) => (inside.has(to.slot) ? [(laneOffsets[index] ?? 0) + 4] : []))
  return {
    left: Math.max(0, ...slots.map((slot) => extents[slot]?.left ?? 0)),
    right: Math.max(0, ...slots.map((slot) => extents[slot]?.right ?? 0), ...offsets),
  }
}
