import type { Graph, NodeId } from '../../graph/graph.ts'
import { widthArguments } from './follow-network.ts'
import { isUndecided, type ResidualMerge, residualMergesOf } from './measure.ts'
import type { Values } from './move.ts'

/** More targets than this are not told apart: it takes a graph for each. */
const maxTargets = 32

/**
 * The residual merges, by their number in forward order, whose entry and exit have the same channels whatever the targets
 * are, so that they never get a projection. Two affine functions of n targets that agree at n + 1 points
 * in general position agree everywhere: the points are the variant's own values and, for each target, those with it alone moved.
 * @param isBent whether the width given to a layer at this place is more than an affine function of the targets
 * @param elaborateAt undefined where the network does not elaborate with these values
 */
export function settleMerges(
  base: Graph,
  values: Values,
  isBent: (span: Graph['input']['span']) => boolean,
  elaborateAt: (values: Values) => Graph | undefined,
): ReadonlySet<number> {
  const bent = findBentNodes(base, isBent)
  const isEqual = ({ entry, exit, projection }: ResidualMerge) =>
    projection === undefined && !bent.has(entry) && !bent.has(exit)
  const numbered = [...residualMergesOf(base).entries()]
  let equal = numbered.filter(([, merge]) => isEqual(merge) && isUndecided(base, merge)).map(([index]) => index)
  if (values.flat().length > maxTargets) return new Set()
  for (const place of placesOf(values)) {
    if (equal.length === 0) break
    const graph = firstGraph(displacements(values, place), elaborateAt)
    if (graph === undefined) return new Set()
    const merges = residualMergesOf(graph)
    equal = equal.filter((index) => merges[index]?.projection === undefined)
  }
  return new Set(equal)
}

/** Nodes whose channels are not known to be an affine function of the targets. */
function findBentNodes(graph: Graph, isBent: (span: Graph['input']['span']) => boolean): ReadonlySet<NodeId> {
  const bent = new Set<NodeId>()
  for (const { id, call, role, inputs, origin } of graph.nodes) {
    const hasWidth = Object.keys(call.args).some((name) => widthArguments.has(name))
    // A sum has the channels of each of its terms; those of a projection are its other term's.
    const follows =
      call.name === 'add' ? inputs.every((input) => bent.has(input)) : inputs.some((input) => bent.has(input))
    if (role === 'shortcut' || (hasWidth ? isBent(origin.span) : follows)) bent.add(id)
  }
  return bent
}

function firstGraph(tried: readonly Values[], elaborateAt: (values: Values) => Graph | undefined): Graph | undefined {
  for (const values of tried) {
    const graph = elaborateAt(values)
    if (graph !== undefined) return graph
  }
  return undefined
}

type PlaceOfValue = readonly [part: number, index: number]

function placesOf(values: Values): readonly PlaceOfValue[] {
  return values.flatMap((part, number) => part.map((_, index): PlaceOfValue => [number, index]))
}

/** The values with one of them moved: doubled, which most often still fits, or by one. */
function displacements(values: Values, [part, index]: PlaceOfValue): readonly Values[] {
  const value = values[part]?.[index] ?? 1
  return [2 * value, value + 1, value - 1]
    .filter((moved) => moved > 0)
    .map((moved) => values.map((own, number) => (number === part ? own.with(index, moved) : own)))
}
