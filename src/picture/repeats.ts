import { type MergedGraph, type Side, sides } from './merged-graph.ts'

/**
 * Whether stretches of nodes repeat each other: the same calls in the same wiring, each stretch fed by the one before,
 * and nothing but the next taking a result of any but the last. Shapes are equal, or grow in channels by the same
 * number from each to the next, as where results are concatenated.
 */
export interface Repeats {
  /** How many stretches of `length` places, the first at `start`, repeat each other; at most `limit`. */
  count(start: number, length: number, limit: number): number
}

export function findRepeats(graph: MergedGraph): Repeats {
  const lastConsumers = { before: findLastConsumers(graph, 'before'), after: findLastConsumers(graph, 'after') }
  /** Nothing beyond the next stretch may take what this one puts out. */
  const isPrivate = (start: number, length: number): boolean =>
    sides.every((side) => lastConsumers[side].slice(start, start + length).every((place) => place < start + 2 * length))
  return {
    count(start, length, limit) {
      const growth: Growth = new Map()
      let count = 1
      while (count < limit) {
        const from = start + (count - 1) * length
        const stretch = { run: start, start: from, length }
        if (!isPrivate(from, length) || !hasEqualWiring(stretch, graph) || !growsEvenly(stretch, growth, graph)) break
        const labels = compareLabels(stretch, graph)
        if (labels === 'different') break
        count++
        if (labels === 'last') break
      }
      return count
    },
  }
}

/** A stretch of places that the next `length` places are compared with; `run` is where the first of all begins. */
interface Stretch {
  readonly run: number
  readonly start: number
  readonly length: number
}

/** The last place that takes each place's result; the network's output is taken by what comes after everything. */
function findLastConsumers({ nodes, output }: MergedGraph, side: Side): readonly number[] {
  const last: number[] = new Array(nodes.length + 1).fill(0)
  nodes.forEach(({ inputs }, index) => {
    for (const place of inputs[side] ?? []) last[place] = index + 1
  })
  if (output[side] !== undefined) last[output[side]] = nodes.length + 1
  return last
}

function hasEqualWiring(stretch: Stretch, graph: MergedGraph): boolean {
  const { start, length } = stretch
  const offsets = Array.from({ length }, (_, index) => index)
  return sides.every((side) => {
    // Where the first stretch takes from: what takes one result there takes one result in every later stretch.
    const sources = new Map<number, number>()
    return offsets.every((offset) => {
      const own = graph.nodes[start + offset - 1]?.inputs[side] ?? []
      const next = graph.nodes[start + length + offset - 1]?.inputs[side] ?? []
      return (
        own.length === next.length &&
        own.every((place, slot) => continuesWiring(place, next[slot] ?? 0, stretch, sources))
      )
    })
  })
}

function continuesWiring(
  own: number,
  next: number,
  { run, start, length }: Stretch,
  sources: Map<number, number>,
): boolean {
  if (own >= start) return next === own + length
  if (own === next) return own < run
  if (start > run) return next === own + length
  // The first stretch is fed from anywhere, the second from the first.
  if (next < start || next >= start + length) return false
  const isOneToOne =
    (sources.get(next) ?? own) === own && [...sources].every(([to, from]) => from !== own || to === next)
  sources.set(next, own)
  return isOneToOne
}

/** By side and offset: by how much the last dimension grows from one stretch to the next. */
type Growth = Map<string, number>

function growsEvenly({ start, length }: Stretch, growth: Growth, graph: MergedGraph): boolean {
  for (let offset = 0; offset < length; offset++) {
    for (const side of sides) {
      const own = graph.nodes[start + offset - 1]?.node[side]?.shape
      const next = graph.nodes[start + length + offset - 1]?.node[side]?.shape
      if (own === undefined || next === undefined) {
        if (own !== next) return false
        continue
      }
      if (own.length !== next.length || !own.slice(0, -1).every((dim, axis) => dim === next[axis])) return false
      const added = (next.at(-1) ?? 0) - (own.at(-1) ?? 0)
      const usual = growth.get(`${side}${offset}`)
      if (usual !== undefined && usual !== added) return false
      growth.set(`${side}${offset}`, added)
    }
  }
  return true
}

/** `last` where the next stretch alone is labelled, on its last node: the label is the repeat's own. */
function compareLabels({ start, length }: Stretch, graph: MergedGraph): 'equal' | 'last' | 'different' {
  let result: 'equal' | 'last' = 'equal'
  for (let offset = 0; offset < length; offset++) {
    const own = graph.nodes[start + offset - 1]?.labels ?? []
    const next = graph.nodes[start + length + offset - 1]?.labels ?? []
    if (own.join() === next.join()) continue
    if (offset < length - 1 || own.length > 0) return 'different'
    result = 'last'
  }
  return result
}
