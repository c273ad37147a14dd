import type { PlacedBox, PlacedDot, PlacedLine, Point } from './drawing.ts'
import type { Body } from './layout-tree.ts'
import { metrics, type Sizes, sizeOf } from './measure.ts'
import type { ColumnLine, Lane, Stem, WithStatus } from './routes.ts'

/** A body where it stands. */
export interface Spot {
  readonly body: Body
  /** Of its slots. They have one axis in common, but for a picture in columns. */
  readonly axes: readonly number[]
  /** Left of the columns of its slots; none but in a picture in columns. */
  readonly gutters: readonly number[]
  readonly tops: readonly number[]
  readonly bottoms: readonly number[]
  readonly top: number
  readonly bottom: number
  /** Of a column: where lines from outside come to it, by their keys. */
  readonly rows: ReadonlyMap<string, number>
}

/** A column, or the columns together. */
interface Stretch {
  readonly axis: number
  readonly top: number
  readonly bottom: number
}

/** Collects lines while boxes get their places; `draw` gives them once all have theirs. */
export interface Lines {
  addBox(box: PlacedBox): void
  addDot(at: Point): void
  addStem(stem: WithStatus<Stem>, spot: Spot): void
  /** `x`: where it runs. */
  addLane(lane: WithStatus<Lane>, x: number, spot: Spot): void
  addColumnLine(line: WithStatus<ColumnLine>, column: Stretch, around: Stretch): void
  boxes(): readonly PlacedBox[]
  draw(): { readonly lines: readonly PlacedLine[]; readonly dots: readonly PlacedDot[] }
}

interface State {
  readonly sizes: Sizes
  readonly boxes: Map<number, PlacedBox>
  readonly dots: PlacedDot[]
  /** What comes to a box's right or left side, by the box: the places of the vertical pieces. */
  readonly arrivals: Map<number, number[]>
  /** Lanes within columns that go on from lanes outside. */
  readonly guests: Map<string, (() => readonly PlacedLine[])[]>
}

export function createLines(sizes: Sizes): Lines {
  const state: State = { sizes, boxes: new Map(), dots: [], arrivals: new Map(), guests: new Map() }
  const pending: (() => readonly PlacedLine[])[] = []
  const announce = (id: number, x: number) => state.arrivals.set(id, [...(state.arrivals.get(id) ?? []), x])
  return {
    addBox: (box) => void state.boxes.set(box.box.id, box),
    addDot: (at) => void state.dots.push({ at, status: 'same' }),
    addStem: (stem, spot) => void pending.push(() => [drawStem(stem, spot)]),
    addLane(lane, x, spot) {
      const { from, to } = lane
      if (to.kind === 'box') announce(to.id, x)
      if (from.kind === 'column') {
        const start: Point = [x, spot.rows.get(from.key) ?? spot.top]
        const others = state.guests.get(from.key) ?? []
        state.guests.set(from.key, [...others, () => followLane(lane, x, start, spot, state)])
      } else pending.push(() => followLane(lane, x, startOf(lane, spot, state), spot, state))
    },
    addColumnLine(line, column, around) {
      const offset = column.axis - around.axis
      if (line.target !== undefined && comesToSide(line.target, offset, sizes)) announce(line.target, column.axis)
      pending.push(() => [drawColumnLine(line, column, around, state)])
    },
    boxes: () => [...state.boxes.values()],
    draw: () => ({ lines: pending.flatMap((draw) => draw()), dots: state.dots }),
  }
}

function drawStem({ from, status }: WithStatus<Stem>, spot: Spot): PlacedLine {
  const { body, axes, gutters, tops, bottoms, top, bottom } = spot
  const axis = axes[Math.max(0, from)] ?? 0
  const start: Point = [axis, from === -1 ? top : (bottoms[from] ?? top)]
  const next = axes[from + 1]
  const end: Point = next === undefined ? [axis, bottom] : [next, tops[from + 1] ?? 0]
  const hasHead = body.slots[from + 1]?.kind === 'box'
  if (end[0] === axis) return { points: [start, end], status, hasHead }
  // Between two columns of the picture: below the one, up beside it, and down into the other.
  const beside = gutters[from + 1] ?? 0
  const below = start[1] + metrics.pageTurn
  const above = end[1] - metrics.pageTurn
  return { points: [start, [axis, below], [beside, below], [beside, above], [end[0], above], end], status, hasHead }
}

function startOf({ from, status }: WithStatus<Lane>, { axes, tops, bottoms, top }: Spot, state: State): Point {
  if (from.kind === 'box') {
    const { x, y, width, height } = boxOf(from.id, state)
    return [x + width, y + height / 2]
  }
  const at: Point =
    from.slot >= 0
      ? [axes[from.slot] ?? 0, (bottoms[from.slot] ?? top) + metrics.dotDrop]
      : [axes[0] ?? 0, (tops[0] ?? top) - metrics.gap + metrics.dotDrop / 2]
  state.dots.push({ at, status })
  return at
}

/** A lane from where it leaves the axis, or from where it comes to its column; several lines where it branches there. */
function followLane(lane: WithStatus<Lane>, x: number, start: Point, spot: Spot, state: State): readonly PlacedLine[] {
  const { to, status } = lane
  const leave: readonly Point[] = [start, [x, start[1]]]
  if (to.kind === 'box') {
    const end = arrivalAt(to.id, x, state)
    return [{ points: [...leave, [x, end[1]], end], status, hasHead: true }]
  }
  if (to.kind === 'column') {
    const lines = (state.guests.get(to.key) ?? []).flatMap((draw) => draw())
    markBranches(lines, state)
    return lines.map((line) => ({ ...line, points: [...leave, [x, line.points[0]?.[1] ?? start[1]], ...line.points] }))
  }
  const end: Point = [spot.axes[to.slot] ?? 0, spot.tops[to.slot] ?? 0]
  const turn = end[1] - metrics.branchGap
  const hasHead = spot.body.slots[to.slot]?.kind === 'box'
  return [{ points: [...leave, [x, turn], [end[0], turn], end], status, hasHead }]
}

/** Lines that come from the right along one row: all but the last of them branch off. */
function markBranches(lines: readonly PlacedLine[], { dots }: State): void {
  const starts = lines.flatMap(({ points, status }) => (points[0] === undefined ? [] : [{ at: points[0], status }]))
  const last = Math.min(...starts.map(({ at }) => at[0]))
  dots.push(...starts.filter(({ at }) => at[0] > last))
}

function boxOf(id: number, { boxes }: State): PlacedBox {
  return sizeOf(boxes, id)
}

/** What comes to the same side of a box comes there in the order of its distance, the nearest highest: lines do not cross. */
function arrivalAt(id: number, from: number, state: State): Point {
  const box = boxOf(id, state)
  const middle = box.x + box.width / 2
  const isRight = from > middle
  const others = (state.arrivals.get(id) ?? []).filter((x) => x > middle === isRight)
  const rank = others.filter((x) => Math.abs(x - middle) < Math.abs(from - middle)).length
  const y = box.y + (box.height * (rank + 1)) / (others.length + 1)
  return [isRight ? box.x + box.width : box.x, y]
}

/** A line comes to a box's side from at least so far. */
const sideRoom = 14

function comesToSide(id: number, offset: number, sizes: Sizes): boolean {
  return Math.abs(offset) >= sizeOf(sizes.boxes, id).width / 2 + sideRoom
}

function drawColumnLine(
  { kind, target, status }: WithStatus<ColumnLine>,
  column: Stretch,
  around: Stretch,
  state: State,
): PlacedLine {
  const start: Point = [column.axis, column.bottom]
  if (kind === 'in') {
    const turn = around.top + metrics.columnTurn
    const top: readonly Point[] = [
      [around.axis, around.top],
      [around.axis, turn],
    ]
    return { points: [...top, [column.axis, turn], [column.axis, column.top]], status, hasHead: false }
  }
  if (target === undefined) {
    const turn = around.bottom - metrics.columnTurn
    const bottom: Point = [around.axis, around.bottom]
    return { points: [start, [column.axis, turn], [around.axis, turn], bottom], status, hasHead: false }
  }
  const offset = column.axis - around.axis
  if (!comesToSide(target, offset, state.sizes)) {
    return { points: dropOnto(boxOf(target, state), start, offset), status, hasHead: true }
  }
  const end = arrivalAt(target, column.axis, state)
  return { points: [start, [column.axis, end[1]], end], status, hasHead: true }
}

/** So far into a round corner a line still comes down straight. */
const cornerRoom = 8

/** A column that stands above a box comes down on it; beyond the box's corner it first turns inwards. */
function dropOnto(box: PlacedBox, [x, y]: Point, offset: number): readonly Point[] {
  const radius = box.shape === 'pill' ? box.height / 2 : 0
  const into = Math.max(0, Math.abs(offset) - (box.width / 2 - radius))
  if (into <= Math.min(cornerRoom, radius)) {
    return [
      [x, y],
      [x, box.y + radius - Math.sqrt(radius ** 2 - into ** 2)],
    ]
  }
  const inside = x - Math.sign(offset) * into
  const turn = box.y - metrics.gap / 2
  return [
    [x, y],
    [x, turn],
    [inside, turn],
    [inside, box.y],
  ]
}
