import { type Graph, inputId, type NodeId } from '../graph/graph.ts'
import { weightNames } from '../weights/names.ts'
import type { WeightedGraph } from './pass.ts'

/**
 * The network without some nodes. `instead` says for each of them what its uses and its labels get in its place: a node before it,
 * which may itself be dropped, or the input; null where nothing that stays uses it, and its labels go with it.
 */
export function dropNodes(
  { graph, weights }: WeightedGraph,
  instead: ReadonlyMap<NodeId, NodeId | null>,
): WeightedGraph {
  if (instead.size === 0) return { graph, weights }
  const stays = graph.nodes.filter(({ id }) => !instead.has(id))
  const places = new Map(stays.map(({ id }, index) => [id, index + 1]))
  const placeOf = (id: NodeId): NodeId | null => {
    if (id === inputId) return inputId
    const other = instead.get(id)
    if (other !== undefined) return other === null ? null : placeOf(other)
    return places.get(id) ?? null
  }
  const used = (id: NodeId): NodeId => {
    const place = placeOf(id)
    if (place === null) throw new Error(`node ${id} was dropped with nothing in its place, and is used`)
    return place
  }
  const moved = new Map(
    graph.nodes.toReversed().flatMap(({ id, origin: { label } }) => {
      const place = placeOf(id)
      return label === undefined || place === null ? [] : [[place, label] as const]
    }),
  )
  const nodes = stays.map((node, index) => {
    const label = node.origin.label ?? moved.get(index + 1)
    const origin = label === undefined ? node.origin : { ...node.origin, label }
    return { ...node, id: index + 1, inputs: node.inputs.map(used), origin }
  })
  const labels = Object.entries(graph.labels).flatMap(([label, id]) => {
    const place = placeOf(id)
    return place === null ? [] : [[label, place] as const]
  })
  const rewritten = { ...graph, nodes, output: used(graph.output), labels: Object.fromEntries(labels) }
  return { graph: rewritten, weights: selectWeights(rewritten, weights) }
}

/** Of the weights those that the graph has, in its order. */
function selectWeights(graph: Graph, weights: WeightedGraph['weights']): WeightedGraph['weights'] {
  return new Map(
    weightNames(graph).flatMap(({ name }) => {
      const values = weights.get(name)
      return values === undefined ? [] : [[name, values] as const]
    }),
  )
}
