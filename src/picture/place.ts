import type { Body, ColumnsSlot, FrameSlot, LayoutTree, Slot } from './layout-tree.ts'
import { type BoxSize, metrics, type Sizes } from './measure.ts'
import type { Box, Group } from './model.ts'
import type { ColumnLine, EdgeStatus, Lane, Routes, Stem, WithStatus } from './routes.ts'
import { wrapBody } from './wrap.ts'

/** Where everything is, in pixels from the top left. */
export interface Drawing {
  readonly width: number
  readonly height: number
  /** Outer ones before those within. */
  readonly frames: readonly PlacedFrame[]
  readonly boxes: readonly PlacedBox[]
  readonly lines: readonly PlacedLine[]
  /** Where a line branches. */
  readonly dots: readonly PlacedDot[]
}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedFrame extends Rectangle {
  readonly group: Group
}

/** Without the stack and the count of a repeat. */
export interface PlacedBox extends Rectangle {
  readonly box: Box
  readonly shape: BoxSize['shape']
}

export type Point = readonly [x: number, y: number]

/** Horizontal and vertical pieces. */
export interface PlacedLine {
  readonly points: readonly Point[]
  readonly status: EdgeStatus
  /** Whether it ends at a box, with an arrowhead. */
  readonly hasHead: boolean
}

export interface PlacedDot {
  readonly at: Point
  readonly status: EdgeStatus
}

/** How far above and below a column the line between two columns turns. */
const columnTurn = 12

interface Placing {
  readonly sizes: Sizes
  readonly routes: Routes
  readonly frames: PlacedFrame[]
  readonly boxes: Map<number, PlacedBox>
  /** Drawn once every box has its place. */
  readonly pending: (() => readonly PlacedLine[])[]
  readonly dots: PlacedDot[]
  /** What comes to a box's right or left side, by the box: the places of the vertical pieces. */
  readonly arrivals: Map<number, number[]>
}

export function placeTree({ root }: LayoutTree, routes: Routes, sizes: Sizes): Drawing {
  const state: Placing = { sizes, routes, frames: [], boxes: new Map(), pending: [], dots: [], arrivals: new Map() }
  const { width, height, ...columns } = wrapBody(sizeOf(sizes.bodies, root), routes.lanes.get(root) ?? [])
  placeSlots({ body: root, ...columns, bottoms: [], top: 0, bottom: height }, state)
  const lines = state.pending.flatMap((draw) => draw())
  return {
    width,
    height,
    frames: state.frames,
    boxes: [...state.boxes.values()],
    lines,
    dots: state.dots,
  }
}

function sizeOf<K, V>(sizes: ReadonlyMap<K, V>, key: K): V {
  const size = sizes.get(key)
  if (size === undefined) throw new Error('something was not measured')
  return size
}

function placeBody(body: Body, axis: number, top: number, state: Placing): void {
  const size = sizeOf(state.sizes.bodies, body)
  const tops = size.tops.map((offset) => top + offset)
  placeSlots(
    { body, axes: tops.map(() => axis), gutters: [], tops, bottoms: [], top, bottom: top + size.height },
    state,
  )
}

/** A body where it stands. */
interface Spot {
  readonly body: Body
  /** Of its slots. They have one axis in common, but for a picture in columns. */
  readonly axes: readonly number[]
  /** Left of the columns of its slots; none but in a picture in columns. */
  readonly gutters: readonly number[]
  readonly tops: readonly number[]
  readonly bottoms: number[]
  readonly top: number
  readonly bottom: number
}

function placeSlots(spot: Spot, state: Placing): void {
  const { body, axes, tops, bottoms } = spot
  body.slots.forEach((slot, index) => {
    const [axis = 0, top = 0] = [axes[index], tops[index]]
    bottoms.push(top + placeSlot(slot, axis, top, state))
  })
  for (const stem of state.routes.stems.get(body) ?? []) state.pending.push(() => [drawStem(stem, spot)])
  const { laneOffsets } = sizeOf(state.sizes.bodies, body)
  const lanes = state.routes.lanes.get(body) ?? []
  lanes.forEach((lane, index) => {
    const x = (axes[lane.to.slot] ?? 0) + (laneOffsets[index] ?? 0)
    if (lane.to.kind === 'box') announce(lane.to.id, x, state)
    state.pending.push(() => [drawLane(lane, x, spot, state)])
  })
}

/** Gives the height that the slot takes. */
function placeSlot(slot: Slot, axis: number, y: number, state: Placing): number {
  switch (slot.kind) {
    case 'box': {
      const { width, height, shape } = sizeOf(state.sizes.boxes, slot.box.id)
      const stack = slot.box.count > 1 ? 2 * metrics.stackOffset : 0
      state.boxes.set(slot.box.id, { box: slot.box, shape, x: axis - width / 2, y, width, height: height - stack })
      return height
    }
    case 'frame':
      return placeFrame(slot, axis, y, state)
    case 'columns':
      return placeColumns(slot, axis, y, state)
  }
}

function placeFrame({ group, body }: FrameSlot, axis: number, y: number, state: Placing): number {
  const size = sizeOf(state.sizes.bodies, body)
  const extent = sizeOf(state.sizes.frames, group)
  state.frames.push({ group, x: axis - extent.left, y, width: extent.left + extent.right, height: size.height })
  placeBody(body, axis, y, state)
  return size.height
}

function placeColumns(slot: ColumnsSlot, axis: number, y: number, state: Placing): number {
  const size = sizeOf(state.sizes.columns, slot)
  const spots = slot.bodies.map((body, index) => {
    const { offset, top } = size.bodies[index] ?? { offset: 0, top: 0 }
    placeBody(body, axis + offset, y + top, state)
    const { height } = sizeOf(state.sizes.bodies, body)
    return { axis: axis + offset, top: y + top, bottom: y + top + height }
  })
  const lines = state.routes.columnLines.get(slot) ?? []
  if (lines.filter(({ kind }) => kind === 'in').length > 1) state.dots.push({ at: [axis, y + 8], status: 'same' })
  for (const line of lines) {
    const spot = spots[line.column]
    if (spot === undefined) continue
    if (line.target !== undefined && comesToSide(line.target, spot.axis - axis, state))
      announce(line.target, spot.axis, state)
    state.pending.push(() => [drawColumnLine(line, spot, { axis, top: y, bottom: y + size.height }, state)])
  }
  return size.height
}

function comesToSide(id: number, offset: number, { sizes }: Placing): boolean {
  return Math.abs(offset) >= sizeOf(sizes.boxes, id).width / 2 + sideRoom
}

function announce(id: number, x: number, { arrivals }: Placing): void {
  arrivals.set(id, [...(arrivals.get(id) ?? []), x])
}

function drawStem({ from, status }: WithStatus<Stem>, spot: Spot): PlacedLine {
  const { body, axes, gutters, tops, bottoms, top, bottom } = spot
  const axis = axes[Math.max(0, from)] ?? 0
  const start: Point = [axis, from === -1 ? top : (bottoms[from] ?? top)]
  const next = axes[from + 1]
  const end: Point = next === undefined ? [axis, bottom] : [next, tops[from + 1] ?? 0]
  const hasHead = body.slots[from + 1]?.kind === 'box'
  if (end[0] === axis) return { points: [start, end], status, hasHead }
  // Between two columns: below the one, up beside it, and down into the other.
  const beside = gutters[from + 1] ?? 0
  const below = start[1] + columnTurn
  const above = end[1] - columnTurn
  return { points: [start, [axis, below], [beside, below], [beside, above], [end[0], above], end], status, hasHead }
}

function drawLane(lane: WithStatus<Lane>, x: number, spot: Spot, state: Placing): PlacedLine {
  const { from, to, status } = lane
  const start: Point = from.kind === 'slot' ? branchPoint(from.slot, spot) : sideOf(boxOf(from.id, state))
  if (from.kind === 'slot') state.dots.push({ at: start, status })
  if (to.kind === 'box') {
    const end = arrivalAt(to.id, x, state)
    return { points: [start, [x, start[1]], [x, end[1]], end], status, hasHead: true }
  }
  const end: Point = [spot.axes[to.slot] ?? 0, spot.tops[to.slot] ?? 0]
  const turn = end[1] - metrics.branchGap
  const hasHead = spot.body.slots[to.slot]?.kind === 'box'
  return { points: [start, [x, start[1]], [x, turn], [end[0], turn], end], status, hasHead }
}

function branchPoint(slot: number, { axes, tops, bottoms, top }: Spot): Point {
  if (slot >= 0) return [axes[slot] ?? 0, (bottoms[slot] ?? top) + 8]
  return [axes[0] ?? 0, (tops[0] ?? top) - metrics.gap + 4]
}

function boxOf(id: number, { boxes }: Placing): PlacedBox {
  const box = boxes.get(id)
  if (box === undefined) throw new Error(`box ${id} has no place`)
  return box
}

function sideOf({ x, y, width, height }: PlacedBox): Point {
  return [x + width, y + height / 2]
}

/** What comes to the same side of a box comes there in the order of its distance, the nearest highest: lines do not cross. */
function arrivalAt(id: number, from: number, state: Placing): Point {
  const box = boxOf(id, state)
  const middle = box.x + box.width / 2
  const isRight = from > middle
  const distances = (state.arrivals.get(id) ?? [])
    .filter((x) => x > middle === isRight)
    .map((x) => Math.abs(x - middle))
  const rank = distances.filter((distance) => distance < Math.abs(from - middle)).length
  const y = box.y + (box.height * (rank + 1)) / (distances.length + 1)
  return [isRight ? box.x + box.width : box.x, y]
}

/** A line comes to a box's side from at least so far. */
const sideRoom = 14
/** So far into a round corner a line still comes down straight. */
const cornerRoom = 8

/** A column that stands above a box comes down on it; beyond the box's corner it first turns inwards. */
function dropOnto(box: PlacedBox, [x, y]: Point, offset: number): readonly Point[] {
  const radius = box.shape === 'pill' ? box.height / 2 : 0
  const flat = box.width / 2 - radius
  const into = Math.max(0, Math.abs(offset) - flat)
  if (into <= Math.min(cornerRoom, radius))
    return [
      [x, y],
      [x, box.y + radius - Math.sqrt(radius ** 2 - into ** 2)],
    ]
  const inside = x - Math.sign(offset) * into
  const turn = box.y - metrics.gap / 2
  return [
    [x, y],
    [x, turn],
    [inside, turn],
    [inside, box.y],
  ]
}

function drawColumnLine(
  { kind, target, status }: WithStatus<ColumnLine>,
  column: { readonly axis: number; readonly top: number; readonly bottom: number },
  around: { readonly axis: number; readonly top: number; readonly bottom: number },
  state: Placing,
): PlacedLine {
  if (kind === 'in') {
    const points: readonly Point[] = [
      [around.axis, around.top],
      [around.axis, around.top + 8],
      [column.axis, around.top + 8],
      [column.axis, column.top],
    ]
    return { points, status, hasHead: false }
  }
  if (target === undefined) {
    const turn = around.bottom - 8
    return {
      points: [
        [column.axis, column.bottom],
        [column.axis, turn],
        [around.axis, turn],
        [around.axis, around.bottom],
      ],
      status,
      hasHead: false,
    }
  }
  const box = boxOf(target, state)
  const start: Point = [column.axis, column.bottom]
  const offset = column.axis - around.axis
  if (!comesToSide(target, offset, state)) {
    return { points: dropOnto(box, start, offset), status, hasHead: true }
  }
  const end = arrivalAt(target, column.axis, state)
  return { points: [start, [column.axis, end[1]], end], status, hasHead: true }
}
