import type { Body, BoxSlot, ColumnsSlot, FrameSlot, LayoutTree, Slot } from './layout-tree.ts'
import type { Box, Group } from './model.ts'
import type { Lane, Routes, WithStatus } from './routes.ts'
import { countText, groupText, labelText, partLines, shapeText } from './words.ts'

/** Room taken around an axis, in pixels. */
export interface Extent {
  readonly left: number
  readonly right: number
  readonly height: number
}

export interface BodySize extends Extent {
  /** Tops of the slots below the body's top. */
  readonly tops: readonly number[]
  /** Where each lane runs, right of the axis; in the order of the body's lanes. */
  readonly laneOffsets: readonly number[]
  /** Of the slots. */
  readonly extents: readonly Extent[]
}

export interface BoxSize extends Extent {
  /** Without the stack and the count of a repeat. */
  readonly width: number
  readonly shape: 'pill' | 'card'
}

export interface ColumnsSize extends Extent {
  /** How far below the top the lines from outside come to the columns, by their keys. */
  readonly rows: ReadonlyMap<string, number>
  readonly bodies: readonly { readonly offset: number; readonly top: number }[]
}

/** Sizes of everything, by what has them. */
export interface Sizes {
  readonly bodies: ReadonlyMap<Body, BodySize>
  readonly boxes: ReadonlyMap<number, BoxSize>
  readonly columns: ReadonlyMap<ColumnsSlot, ColumnsSize>
  readonly frames: ReadonlyMap<Group, Extent>
}

/** One character of a monospaced font of one pixel; the widest of the usual ones. */
const monospace = 0.61
/** A generous mean for a font that is not monospaced. */
const proportional = 0.62

export const metrics = {
  fontSize: 12,
  smallSize: 10.5,
  lineHeight: 16,
  stripePadding: 3,
  footHeight: 17,
  boxPadding: 10,
  pillHeight: 24,
  minWidth: 104,
  framePadding: 14,
  titleHeight: 18,
  /** Between two slots, room for a line and its arrowhead. */
  gap: 22,
  /** More of it where a line branches off. */
  branchGap: 12,
  laneGap: 14,
  laneStep: 9,
  columnGap: 22,
  /** Above and below columns, where lines spread and come together. */
  spread: 20,
  stackOffset: 3,
  /** How far below a slot's bottom a line branches. */
  dotDrop: 8,
  /** How far into columns lines spread from the axis, and how far lines from outside come to a column. */
  columnTurn: 7,
  guestTurn: 14,
  rowStep: 7,
  /** How far above and below its columns the line from one to the next of a wide picture turns. */
  pageTurn: 12,
} as const

export function sizeOf<K, V>(sizes: ReadonlyMap<K, V>, key: K): V {
  const size = sizes.get(key)
  if (size === undefined) throw new Error('a part of the picture was not measured')
  return size
}

export function codeWidth(text: string, size: number): number {
  return [...text].length * size * monospace
}

export function proseWidth(text: string, size: number): number {
  return [...text].length * size * proportional
}

export function measureTree({ root }: LayoutTree, routes: Routes): Sizes {
  const sizes = { bodies: new Map(), boxes: new Map(), columns: new Map(), frames: new Map() } satisfies Sizes
  measureBody(root, { top: 0, bottom: 0 }, { routes, ...sizes })
  return sizes
}

interface Measuring {
  readonly routes: Routes
  readonly bodies: Map<Body, BodySize>
  readonly boxes: Map<number, BoxSize>
  readonly columns: Map<ColumnsSlot, ColumnsSize>
  readonly frames: Map<Group, Extent>
}

function measureBody(body: Body, room: { readonly top: number; readonly bottom: number }, state: Measuring): BodySize {
  const cards = body.slots.flatMap((slot) => (slot.kind === 'box' && !isPill(slot.box) ? [cardWidth(slot.box)] : []))
  const width = Math.max(metrics.minWidth, ...cards)
  const extents = body.slots.map((slot) => measureSlot(slot, width, state))
  const lanes = state.routes.lanes.get(body) ?? []
  const tops: number[] = []
  let y = room.top + (branches(lanes, -1) ? metrics.branchGap : 0)
  extents.forEach((extent, index) => {
    if (index > 0) y += gapBefore(index, lanes)
    tops.push(y)
    y += extent.height
  })
  const laneOffsets = placeLanes(lanes, extents)
  const size: BodySize = {
    left: Math.max(0, ...extents.map(({ left }) => left)),
    right: Math.max(0, ...extents.map(({ right }) => right), ...laneOffsets.map((offset) => offset + 4)),
    height: y + room.bottom,
    tops,
    laneOffsets,
    extents,
  }
  state.bodies.set(body, size)
  return size
}

function gapBefore(slot: number, lanes: readonly Lane[]): number {
  const arrives = lanes.some(({ to }) => to.kind === 'slot' && to.slot === slot)
  return metrics.gap + (branches(lanes, slot - 1) ? metrics.branchGap : 0) + (arrives ? metrics.branchGap : 0)
}

/** Whether a lane begins below a slot. */
function branches(lanes: readonly Lane[], slot: number): boolean {
  return lanes.some(({ from }) => from.kind === 'slot' && from.slot === slot)
}

/** Short lanes run inside of long ones; lanes that pass the same slots keep apart. */
function placeLanes(lanes: readonly WithStatus<Lane>[], extents: readonly Extent[]): readonly number[] {
  const offsets: number[] = new Array(lanes.length).fill(0)
  const placed: { readonly start: number; readonly end: number; readonly offset: number }[] = []
  const spans = lanes.map(({ from, to }, index) => {
    const start = from.kind === 'box' ? from.slot : from.slot + 1
    return { index, start, end: to.slot }
  })
  for (const { index, start, end } of spans.sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start)) {
    const passed = extents.slice(start, end + 1).map(({ right }) => right)
    const beside = placed.filter((lane) => lane.start <= end && start <= lane.end).map(({ offset }) => offset)
    const offset = Math.max(
      ...passed.map((right) => right + metrics.laneGap),
      ...beside.map((one) => one + metrics.laneStep),
    )
    offsets[index] = offset
    placed.push({ start, end, offset })
  }
  return offsets
}

function measureSlot(slot: Slot, width: number, state: Measuring): Extent {
  switch (slot.kind) {
    case 'box':
      return measureBox(slot, width, state)
    case 'frame':
      return measureFrame(slot, state)
    case 'columns':
      return measureColumns(slot, state)
  }
}

function measureFrame({ group, body }: FrameSlot, state: Measuring): Extent {
  const room = { top: metrics.titleHeight + metrics.gap - 6, bottom: metrics.framePadding }
  const { left, right, height } = measureBody(body, room, state)
  // The line into the frame passes between its name and its count.
  const title = proseWidth(`${groupText(group)} +`, metrics.smallSize) + 18
  const count = codeWidth(countText(group.count), metrics.smallSize) + 22
  const pad = metrics.framePadding
  const size = { left: Math.max(left + pad, title), right: Math.max(right + pad, group.count > 1 ? count : 0), height }
  state.frames.set(group, size)
  return size
}

function measureColumns(slot: ColumnsSlot, state: Measuring): Extent {
  const sizes = slot.bodies.map((body) => measureBody(body, { top: metrics.gap - 8, bottom: 0 }, state))
  const offsets = columnOffsets(sizes, slot.isCentred)
  const tallest = Math.max(...sizes.map(({ height }) => height))
  const rows = placeRows(slot, state)
  const above = metrics.spread + Math.max(0, rows.size - 1) * metrics.rowStep
  const size: ColumnsSize = {
    bodies: sizes.map(({ height }, index) => ({
      offset: offsets[index] ?? 0,
      top: above + (tallest - height) / 2,
    })),
    left: Math.max(...sizes.map(({ left }, index) => left - (offsets[index] ?? 0))),
    right: Math.max(...sizes.map(({ right }, index) => right + (offsets[index] ?? 0))),
    height: above + tallest + metrics.spread / 2,
    rows,
  }
  state.columns.set(slot, size)
  return size
}

function placeRows({ bodies }: ColumnsSlot, { routes }: Measuring): ReadonlyMap<string, number> {
  const lanes = bodies.flatMap((body) => routes.lanes.get(body) ?? [])
  const keys = new Set(lanes.flatMap(({ from }) => (from.kind === 'column' ? [from.key] : [])))
  return new Map([...keys].map((key, row) => [key, metrics.guestTurn + row * metrics.rowStep]))
}

/** Where the columns' axes are; a middle column that comes close to the common axis stands on it. */
function columnOffsets(sizes: readonly Extent[], isCentred: boolean): readonly number[] {
  let x = 0
  const offsets = sizes.map(({ left, right }, index) => {
    const offset = index === 0 ? left : x + metrics.columnGap + left
    x = offset + right
    return offset
  })
  const nearest = offsets.reduce((best, offset) => (Math.abs(offset - x / 2) < Math.abs(best - x / 2) ? offset : best))
  const axis = !isCentred ? (offsets[0] ?? 0) : Math.abs(nearest - x / 2) < 24 ? nearest : x / 2
  return offsets.map((offset) => offset - axis)
}

function measureBox({ box }: BoxSlot, width: number, state: Measuring): Extent {
  const isRepeat = box.count > 1
  const count = isRepeat ? codeWidth(countText(box.count), metrics.fontSize) + 14 : 0
  const own = isPill(box)
    ? { width: pillWidth(box), height: metrics.pillHeight, shape: 'pill' as const }
    : { width, height: cardHeight(box), shape: 'card' as const }
  const size: BoxSize = {
    ...own,
    left: own.width / 2,
    right: own.width / 2 + count,
    height: own.height + (isRepeat ? 2 * metrics.stackOffset : 0),
  }
  state.boxes.set(box.id, size)
  return size
}

/** Merges, the input and the output are one line. */
function isPill({ parts, role }: Box): boolean {
  const [only, ...others] = parts
  const isPlain = role !== 'layer' || only?.family === 'merge'
  return isPlain && role !== 'shortcut' && only !== undefined && others.length === 0 && partLines(only).length === 1
}

/** Words of a pill, in the order in which they stand. */
export function pillWords(box: Box): { readonly name: string; readonly label: string; readonly shape: string } {
  const name = box.parts.flatMap(partLines).join(' ')
  return { name, label: labelText(box), shape: shapeText(box.shape) }
}

function pillWidth(box: Box): number {
  const { name, label, shape } = pillWords(box)
  const signs = box.status === 'same' ? 0 : 16
  const words = [codeWidth(name, metrics.fontSize), codeWidth(shape, metrics.smallSize)]
  if (label !== '') words.push(proseWidth(label, metrics.smallSize))
  return words.reduce((sum, word) => sum + word + 8, 2 * metrics.boxPadding - 8) + signs
}

function cardWidth(box: Box): number {
  const lines = box.parts.flatMap((part) =>
    partLines(part).map((line) => codeWidth(line, metrics.fontSize) + signWidth(box)),
  )
  const label = labelText(box)
  const foot =
    codeWidth(shapeText(box.shape), metrics.smallSize) + (label === '' ? 0 : proseWidth(label, metrics.smallSize) + 12)
  return Math.max(...lines, foot) + 2 * metrics.boxPadding
}

/** Both sides of centred text keep room for a sign. */
function signWidth({ status }: Box): number {
  return status === 'same' ? 0 : 20
}

function cardHeight({ parts }: Box): number {
  const stripes = parts.map((part) => stripeHeight(partLines(part).length))
  return stripes.reduce((sum, height) => sum + height, 0) + metrics.footHeight
}

export function stripeHeight(lines: number): number {
  return lines * metrics.lineHeight + 2 * metrics.stripePadding
}
