import type { Graph, NodeId } from '../graph/graph.ts'
import { entryOf } from '../registry/construct.ts'
import { layers } from './index.ts'

/**
 * Where the paper measures activations: the last node (after normalisation and activation) of the last statement
 * whose layer is convolutional. Null for a network without such a layer. Shortcut projections do not count.
 */
export function lastConvolutional(graph: Graph): NodeId | null {
  const convolutional = graph.nodes.filter((node) => node.role === 'layer' && entryOf(layers, node.call).convolutional)
  const statement = convolutional.at(-1)?.origin.statement
  return graph.nodes.findLast((node) => node.origin.statement === statement)?.id ?? null
}
