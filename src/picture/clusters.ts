import { type MergedGraph, type MergedNode, type Side, sides } from './merged-graph.ts'

/** The nodes of one box: a layer with its normalisation and activation. Places, end exclusive. */
export interface Cluster {
  readonly start: number
  readonly end: number
}

/** Nodes of one statement's application that feed each other in a row are one box. Merges and shortcuts stand alone. */
export function clusterNodes(graph: MergedGraph): readonly Cluster[] {
  const consumers = { before: countConsumers(graph, 'before'), after: countConsumers(graph, 'after') }
  const clusters: { start: number; end: number }[] = []
  graph.nodes.forEach((node, index) => {
    const last = clusters.at(-1)
    const joins =
      last !== undefined && sidesOf(node).every((side) => continues(last, node, side, graph, consumers[side]))
    if (joins) last.end++
    else clusters.push({ start: index + 1, end: index + 2 })
  })
  return clusters
}

/** Whether the node takes the box's last result of its side, of the same statement, and nothing else does. */
function continues(
  { start, end }: Cluster,
  node: MergedNode,
  side: Side,
  graph: MergedGraph,
  consumers: readonly number[],
): boolean {
  const own = node.node[side]
  if (own === undefined || (own.role !== 'norm' && own.role !== 'activation')) return false
  const members = graph.nodes.slice(start - 1, end - 1)
  const place = start + members.findLastIndex((member) => member.node[side] !== undefined)
  const statement = graph.nodes[place - 1]?.node[side]?.origin.statement
  const isOfStatement = place >= start && statement === own.origin.statement
  return isOfStatement && node.inputs[side]?.[0] === place && consumers[place] === 1
}

/** How many nodes take each place's result. */
function countConsumers({ nodes }: MergedGraph, side: Side): readonly number[] {
  const counts: number[] = new Array(nodes.length + 1).fill(0)
  for (const { inputs } of nodes) for (const place of inputs[side] ?? []) counts[place] = (counts[place] ?? 0) + 1
  return counts
}

function sidesOf(node: MergedNode): readonly Side[] {
  return sides.filter((side) => node.node[side] !== undefined)
}
