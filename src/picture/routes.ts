import type { Body, ColumnsSlot, LayoutTree, Place, Slot } from './layout-tree.ts'
import type { Edge } from './model.ts'

export type EdgeStatus = Edge['status']

/** A line down the axis of a body, from a slot's bottom (−1: the body's top) to the next one's top (or the body's bottom). */
export interface Stem {
  readonly from: number
}

/** A line that leaves the axis, passes slots on their right, and comes back to a box's right side or to the top of a slot. */
export interface Lane {
  readonly from: LaneEnd
  readonly to: LaneEnd
}
export type LaneEnd =
  /** From a slot's result (−1: from what comes into the body), or to a slot's top. */
  | { readonly kind: 'slot'; readonly slot: number }
  /** A box somewhere inside of a slot. */
  | { readonly kind: 'box'; readonly slot: number; readonly id: number }
  /**
   * To columns in a slot, where lanes of the columns with the same key go on: lines do not pass behind columns. Every
   * source has a key of its own.
   */
  | { readonly kind: 'column'; readonly slot: number; readonly key: string }

/** From the axis into a column, or out of it: back to the axis, or to a box in the next slot. */
export interface ColumnLine {
  readonly column: number
  readonly kind: 'in' | 'out'
  readonly target?: number
}

export type WithStatus<Line> = Line & { readonly status: EdgeStatus }

/** How the edges of a picture run, by the body or the columns that each piece belongs to. */
export interface Routes {
  readonly stems: ReadonlyMap<Body, readonly WithStatus<Stem>[]>
  readonly lanes: ReadonlyMap<Body, readonly WithStatus<Lane>[]>
  readonly columnLines: ReadonlyMap<ColumnsSlot, readonly WithStatus<ColumnLine>[]>
}

/**
 * Routes every edge. Edges that share a source share their lines as far as they go together, so that a group is entered
 * by one line, which branches inside.
 */
export function routeEdges(edges: readonly Edge[], tree: LayoutTree): Routes {
  const drawn = edges.filter((edge) => !edge.implied)
  const outgoing = groupBy(drawn, ({ from }) => from)
  const incoming = groupBy(drawn, ({ to }) => to)
  const stems = createCollector<Body, Stem>()
  const lanes = createCollector<Body, Lane>()
  const columnLines = createCollector<ColumnsSlot, ColumnLine>()
  for (const { from, to, status } of drawn) {
    routeEdge({
      source: tree.places[from] ?? [],
      target: tree.places[to] ?? [],
      sourceId: from,
      siblings: (outgoing.get(from) ?? []).map((edge) => tree.places[edge.to] ?? []),
      hasRival: (id) => (incoming.get(id) ?? []).some((edge) => edge.from !== from && meet(edge.status, status)),
      addStem: (body, stem) => stems.add(body, stem, status),
      addLane: (body, lane) => lanes.add(body, lane, status),
      addColumnLine: (columns, line) => columnLines.add(columns, line, status),
    })
  }
  return { stems: stems.collect(), lanes: lanes.collect(), columnLines: columnLines.collect() }
}

function groupBy(edges: readonly Edge[], keyOf: (edge: Edge) => number): ReadonlyMap<number, readonly Edge[]> {
  const groups = new Map<number, Edge[]>()
  for (const edge of edges) groups.set(keyOf(edge), [...(groups.get(keyOf(edge)) ?? []), edge])
  return groups
}

/** Whether one variant has both edges. */
function meet(one: EdgeStatus, other: EdgeStatus): boolean {
  return one === 'same' || other === 'same' || one === other
}

/** Lines by what they belong to; lines that are equal are one. */
function createCollector<Owner extends object, Line extends object>() {
  const found = new Map<Owner, Map<string, { readonly line: Line; readonly statuses: Set<EdgeStatus> }>>()
  return {
    add(owner: Owner, line: Line, status: EdgeStatus): void {
      const own = found.get(owner) ?? new Map()
      found.set(owner, own)
      const key = JSON.stringify(line)
      const known = own.get(key) ?? { line, statuses: new Set() }
      known.statuses.add(status)
      own.set(key, known)
    },
    collect(): ReadonlyMap<Owner, readonly WithStatus<Line>[]> {
      const withStatus = ([owner, lines]: [Owner, Map<string, { line: Line; statuses: Set<EdgeStatus> }>]) =>
        [owner, [...lines.values()].map(({ line, statuses }) => ({ ...line, status: commonStatus(statuses) }))] as const
      return new Map([...found].map(withStatus))
    },
  }
}

/** A line that both variants use is the same in both, whatever leads there. */
function commonStatus(statuses: ReadonlySet<EdgeStatus>): EdgeStatus {
  const [only = 'same', ...others] = statuses
  return others.length === 0 ? only : 'same'
}

interface Routing {
  /** Where the edge begins and ends, from the root inwards. */
  readonly source: readonly Place[]
  readonly target: readonly Place[]
  readonly sourceId: number
  /** Where all edges of the same source end. */
  readonly siblings: readonly (readonly Place[])[]
  /** Whether the box takes another result too, in a variant that has this edge. */
  hasRival(id: number): boolean
  addStem(body: Body, stem: Stem): void
  addLane(body: Body, lane: Lane): void
  addColumnLine(columns: ColumnsSlot, line: ColumnLine): void
}

function routeEdge(routing: Routing): void {
  const { source, target } = routing
  const depth = source.findIndex((place, index) => !isSamePlace(place, target[index]))
  const [start, end] = [source[depth], target[depth]]
  if (start === undefined || end === undefined) throw new Error('an edge within one box')
  const isExit = source.slice(depth + 1).every(({ body, slot }) => slot === body.slots.length - 1)
  if (start.body !== end.body || !isExit) {
    // From inside of something, or from one column to another.
    const around =
      start.body === end.body ? { body: start.body, from: start.slot, to: end.slot } : aroundColumns(source, depth)
    const level = start.body === end.body ? depth : depth - 1
    addLane(routing, around.body, level, endAt(around.from, source))
    return
  }
  const next = slotAt(end)
  const meetsBox = slotAt(start)?.kind === 'columns' && next?.kind === 'box' && end.slot === start.slot + 1
  rise(routing, depth, meetsBox ? next.box.id : undefined)
  if (!meetsBox) arrive(routing, depth, start.slot)
}

function aroundColumns(
  source: readonly Place[],
  depth: number,
): { readonly body: Body; readonly from: number; readonly to: number } {
  const columns = source[depth - 1]
  if (columns === undefined) throw new Error('two roots')
  return { body: columns.body, from: columns.slot, to: columns.slot }
}

function endAt(slot: number, path: readonly Place[]): LaneEnd {
  const last = path.at(-1)
  const box = last === undefined ? undefined : slotAt(last)
  if (box?.kind !== 'box') throw new Error('an edge ends at no box')
  return { kind: 'box', slot, id: box.box.id }
}

function isSamePlace(a: Place, b: Place | undefined): boolean {
  return a.body === b?.body && a.slot === b.slot
}

function slotAt({ body, slot }: Place): Slot | undefined {
  return body.slots[slot]
}

/** Out of everything around the source, of which it is the last, up to the given depth. */
function rise({ source, addStem, addColumnLine }: Routing, depth: number, target: number | undefined): void {
  for (let level = source.length - 1; level >= depth; level--) {
    const [place, inner] = [source[level], source[level + 1]]
    const slot = place === undefined ? undefined : slotAt(place)
    if (slot?.kind === 'columns' && inner !== undefined) {
      const line = { column: slot.bodies.indexOf(inner.body), kind: 'out' } as const
      addColumnLine(slot, level === depth && target !== undefined ? { ...line, target } : line)
    }
    if (place !== undefined && level > depth) addStem(place.body, { from: place.slot })
  }
}

/** From a slot's result (−1: what comes into the body) to the target, in the body at the given depth and inwards. */
function arrive(routing: Routing, depth: number, from: number): void {
  const { target, siblings } = routing
  const [place, inner] = [target[depth], target[depth + 1]]
  if (place === undefined) return
  const slot = slotAt(place)
  if (place.slot === from + 1) routing.addStem(place.body, { from })
  else {
    // What is entered at its first box is entered from above, whatever else in it takes the same result; but the way from
    // above belongs to one result.
    const isEntered =
      slot !== undefined &&
      slot.kind !== 'box' &&
      siblings.some((path) => isEntry(path, place, depth)) &&
      !entriesOf(slot).some((id) => routing.hasRival(id))
    const start: LaneEnd = { kind: 'slot', slot: from }
    if (!isEntered) {
      addLane(routing, place.body, depth, start)
      return
    }
    routing.addLane(place.body, { from: start, to: { kind: 'slot', slot: place.slot } })
  }
  if (slot?.kind === 'columns' && inner !== undefined) {
    routing.addColumnLine(slot, { column: slot.bodies.indexOf(inner.body), kind: 'in' })
  }
  if (inner !== undefined) arrive(routing, depth + 1, -1)
}

/** A lane in the body at the given depth to the target's side, by way of the columns that it stands in. */
function addLane(routing: Routing, body: Body, depth: number, from: LaneEnd): void {
  const { target, sourceId } = routing
  const slot = target[depth]?.slot ?? 0
  const columns = target.findIndex((place, level) => level >= depth && slotAt(place)?.kind === 'columns')
  const inner = target[columns + 1]
  if (columns === -1 || inner === undefined) {
    routing.addLane(body, { from, to: endAt(slot, target) })
    return
  }
  const key = `${sourceId} at ${nameColumns(target.slice(0, columns + 1))}`
  routing.addLane(body, { from, to: { kind: 'column', slot, key } })
  addLane(routing, inner.body, columns + 1, { kind: 'column', slot: -1, key })
}

/** The boxes that come first in a slot. */
function entriesOf(slot: Slot): readonly number[] {
  if (slot.kind === 'box') return [slot.box.id]
  const bodies = slot.kind === 'frame' ? [slot.body] : slot.bodies
  return bodies.flatMap(({ slots: [first] }) => (first === undefined ? [] : entriesOf(first)))
}

function nameColumns(path: readonly Place[]): string {
  const steps = path.map((place, level) => {
    const [slot, inner] = [slotAt(place), path[level + 1]]
    return slot?.kind === 'columns' && inner !== undefined
      ? [place.slot, slot.bodies.indexOf(inner.body)]
      : [place.slot]
  })
  return steps.flat().join('.')
}

/** Whether a box is the first in all that stands in a slot. */
function isEntry(path: readonly Place[], slot: Place, depth: number): boolean {
  const own = path[depth]
  return own !== undefined && isSamePlace(own, slot) && path.slice(depth + 1).every((place) => place.slot === 0)
}
