import { type MergedGraph, type Side, sides } from './merged-graph.ts'
import type { Edge } from './model.ts'
import type { PlacedBox } from './picture.ts'

interface Link {
  readonly from: number
  readonly to: number
  readonly sides: Set<Side>
}

/** The edges between boxes: of the first repetition, wherever its inputs come from. */
export function findEdges(merged: MergedGraph, first: readonly number[], boxes: readonly PlacedBox[]): readonly Edge[] {
  const boxAt: number[] = []
  for (const { id, start, end } of boxes) for (let place = start; place < end; place++) boxAt[place] = id
  const links = new Map<string, Link>()
  const connect = (from: number, to: number, side: Side): void => {
    const ends = { from: boxAt[first[from] ?? from] ?? 0, to: boxAt[to] ?? 0 }
    if (ends.from === ends.to) return
    const key = `${ends.from} ${ends.to}`
    const link = links.get(key) ?? { ...ends, sides: new Set() }
    link.sides.add(side)
    links.set(key, link)
  }
  merged.nodes.forEach(({ inputs }, index) => {
    const place = index + 1
    if (first[place] !== place) return
    for (const side of sides) for (const from of inputs[side] ?? []) connect(from, place, side)
  })
  for (const side of sides) {
    const from = merged.output[side]
    if (from !== undefined) connect(from, merged.nodes.length + 1, side)
  }
  return describeLinks([...links.values()], merged, boxes)
}

function describeLinks(links: readonly Link[], merged: MergedGraph, boxes: readonly PlacedBox[]): readonly Edge[] {
  const isComparison = merged.graphs.before !== undefined
  const isAlone = (side: Side, id: number): boolean => isOnlyOn(side, boxes[id], merged)
  const detours = { before: findDetours(links, 'before', isAlone), after: findDetours(links, 'after', isAlone) }
  const edges = links.map(({ from, to, sides: on }): Edge => {
    const status = !isComparison || on.size === 2 ? 'same' : on.has('after') ? 'added' : 'removed'
    const other: Side = status === 'added' ? 'before' : 'after'
    return { from, to, status, implied: status !== 'same' && detours[other](from, to) }
  })
  // Where a variant has other lines from the same box to draw, leaving one out would make them look like all.
  const drawn = new Set(edges.filter(({ implied }) => !implied).map(({ from, status }) => `${from} ${status}`))
  return edges
    .map((edge) => ({ ...edge, implied: edge.implied && !drawn.has(`${edge.from} ${edge.status}`) }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
}

/** Whether all of a box is on one side only. */
function isOnlyOn(side: Side, box: PlacedBox | undefined, { nodes, graphs }: MergedGraph): boolean {
  if (box === undefined || graphs.before === undefined) return false
  const other: Side = side === 'before' ? 'after' : 'before'
  const members = nodes.slice(Math.max(0, box.start - 1), box.end - 1)
  return members.length > 0 && members.every(({ node }) => node[other] === undefined)
}

/** Whether one side leads from a box to another through boxes that are on that side only. */
function findDetours(
  links: readonly Link[],
  side: Side,
  isAlone: (side: Side, id: number) => boolean,
): (from: number, to: number) => boolean {
  const next = new Map<number, number[]>()
  for (const { from, to, sides: on } of links) if (on.has(side)) next.set(from, [...(next.get(from) ?? []), to])
  return (from, to) => {
    const seen = new Set<number>()
    const pending = (next.get(from) ?? []).filter((id) => isAlone(side, id))
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      const reached = next.get(id) ?? []
      if (reached.includes(to)) return true
      pending.push(...reached.filter((one) => isAlone(side, one)))
    }
    return false
  }
}
