import { assertNever } from '../evaluate/assert-never.ts'
import type { Drawing, PlacedFrame } from './drawing.ts'
import type { Body, ColumnsSlot, FrameSlot, LayoutTree, Slot } from './layout-tree.ts'
import { metrics, type Sizes, sizeOf } from './measure.ts'
import { createLines, type Lines, type Spot } from './place-lines.ts'
import type { Routes } from './routes.ts'
import { wrapBody } from './wrap.ts'

interface Placing {
  readonly sizes: Sizes
  readonly routes: Routes
  readonly frames: PlacedFrame[]
  readonly lines: Lines
  /** Frames around what is being placed. */
  depth: number
}

export function placeTree({ root }: LayoutTree, routes: Routes, sizes: Sizes): Drawing {
  const lines = createLines(sizes)
  const state: Placing = { sizes, routes, frames: [], lines, depth: 0 }
  const { width, height, ...columns } = wrapBody(sizeOf(sizes.bodies, root), routes.lanes.get(root) ?? [])
  placeSlots({ body: root, ...columns, bottoms: [], top: 0, bottom: height, rows: new Map() }, state)
  return { width, height, frames: state.frames, boxes: lines.boxes(), ...lines.draw() }
}

function placeBody(body: Body, axis: number, top: number, rows: Spot['rows'], state: Placing): void {
  const size = sizeOf(state.sizes.bodies, body)
  const tops = size.tops.map((offset) => top + offset)
  const axes = tops.map(() => axis)
  placeSlots({ body, axes, gutters: [], tops, bottoms: [], top, bottom: top + size.height, rows }, state)
}

function placeSlots(spot: Spot & { readonly bottoms: number[] }, state: Placing): void {
  const { body, axes, tops, bottoms } = spot
  body.slots.forEach((slot, index) => {
    const [axis = 0, top = 0] = [axes[index], tops[index]]
    bottoms.push(top + placeSlot(slot, axis, top, state))
  })
  for (const stem of state.routes.stems.get(body) ?? []) state.lines.addStem(stem, spot)
  const { laneOffsets } = sizeOf(state.sizes.bodies, body)
  const lanes = state.routes.lanes.get(body) ?? []
  lanes.forEach((lane, index) => {
    const axis = axes[Math.max(0, lane.to.slot)] ?? 0
    state.lines.addLane(lane, axis + (laneOffsets[index] ?? 0), spot)
  })
}

/** Gives the height that the slot takes. */
function placeSlot(slot: Slot, axis: number, y: number, state: Placing): number {
  switch (slot.kind) {
    case 'box': {
      const { width, height, shape } = sizeOf(state.sizes.boxes, slot.box.id)
      const stack = slot.box.count > 1 ? 2 * metrics.stackOffset : 0
      state.lines.addBox({ box: slot.box, shape, x: axis - width / 2, y, width, height: height - stack })
      return height
    }
    case 'frame':
      return placeFrame(slot, axis, y, state)
    case 'columns':
      return placeColumns(slot, axis, y, state)
    default:
      return assertNever(slot)
  }
}

function placeFrame({ group, body }: FrameSlot, axis: number, y: number, state: Placing): number {
  const { height } = sizeOf(state.sizes.bodies, body)
  const { left, right } = sizeOf(state.sizes.frames, group)
  state.frames.push({ group, x: axis - left, y, width: left + right, height, depth: state.depth })
  state.depth++
  placeBody(body, axis, y, new Map(), state)
  state.depth--
  return height
}

function placeColumns(slot: ColumnsSlot, axis: number, y: number, state: Placing): number {
  const size = sizeOf(state.sizes.columns, slot)
  const around = { axis, top: y, bottom: y + size.height }
  const rows = new Map([...size.rows].map(([key, row]) => [key, y + row]))
  const spots = slot.bodies.map((body, index) => {
    const { offset, top } = size.bodies[index] ?? { offset: 0, top: 0 }
    placeBody(body, axis + offset, y + top, rows, state)
    const { height } = sizeOf(state.sizes.bodies, body)
    return { axis: axis + offset, top: y + top, bottom: y + top + height }
  })
  const lines = state.routes.columnLines.get(slot) ?? []
  if (lines.filter(({ kind }) => kind === 'in').length > 1) state.lines.addDot([axis, y + metrics.columnTurn])
  for (const line of lines) {
    const column = spots[line.column]
    if (column !== undefined) state.lines.addColumnLine(line, column, around)
  }
  return size.height
}
