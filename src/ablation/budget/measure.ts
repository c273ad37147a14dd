import { costOf, countOperations } from '../../graph/cost.ts'
import { type Graph, type GraphNode, inputId, type NodeId, nodeOf, type Shape, shapeOf } from '../../graph/graph.ts'
import { conv } from '../../layers/conv.ts'
import type { ResolvedCall } from '../../registry/construct.ts'
import type { ArgValue } from '../../registry/params.ts'

/** What a budget counts: parameters, trainable and not, or FLOPs as written. */
export type Quantity = 'params' | 'flops'

export function countOf(graph: Graph, quantity: Quantity): number {
  const { parameters, cost } = costOf(graph)
  return quantity === 'params' ? parameters.total : countOperations(cost, 'written').flops
}

/** Where a residual adds its input (entry) to its body's result (exit), through a projection or not. */
export interface ResidualMerge {
  readonly entry: NodeId
  readonly exit: NodeId
  readonly projection?: GraphNode
}

/** In forward order. A `parallel` of two branches that adds looks the same, but its shapes are always equal. */
export function residualMergesOf(graph: Graph): readonly ResidualMerge[] {
  return graph.nodes.flatMap((node) => {
    const [exit, shortcut, ...others] = node.inputs
    if (node.role !== 'merge' || node.call.name !== 'add' || exit === undefined || shortcut === undefined) return []
    if (others.length > 0) return []
    const projection = shortcut === inputId ? undefined : nodeOf(graph, shortcut)
    if (projection?.role !== 'shortcut') return [{ exit, entry: shortcut }]
    return [{ exit, entry: projection.inputs[0] ?? inputId, projection }]
  })
}

/**
 * Whether a projection may come and go while widths move: not where height and width differ, where there always is
 * one, nor at a vector, where there never is.
 */
export function isUndecided(graph: Graph, { entry, exit }: ResidualMerge): boolean {
  const [from, to] = [shapeOf(graph, entry), shapeOf(graph, exit)]
  return from.length === 3 && to.length === 3 && from[0] === to[0] && from[1] === to[1]
}

/** The cost of a graph, and bounds of it that rise with the widths, which the cost itself need not do. */
export interface Measurement {
  /** Without the projections that may come and go. */
  readonly low: number
  readonly cost: number
  /** With all of them. */
  readonly high: number
}

/** @param settled the residual merges, by their number in forward order, that never have a projection */
export function measure(graph: Graph, quantity: Quantity, settled: ReadonlySet<number>): Measurement {
  const cost = countOf(graph, quantity)
  let low = cost
  let high = cost
  residualMergesOf(graph).forEach((merge, index) => {
    if (settled.has(index) || !isUndecided(graph, merge)) return
    const size = projectionCount(shapeOf(graph, merge.entry), shapeOf(graph, merge.exit), quantity)
    if (merge.projection === undefined) high += size
    else low -= size
  })
  return { low, cost, high }
}

/** What the 1×1 convolution counts that `residual` puts between two maps of one height and width. */
function projectionCount(from: Shape, to: Shape, quantity: Quantity): number {
  const call: ResolvedCall = {
    registry: 'layer',
    name: conv.name,
    args: { ...convDefaults, channels: to[2] ?? 1, k: 1 },
  }
  const graph = { network: '', input: { shape: from, range: [0, 1], span: noSpan }, output: 1, labels: {} } as const
  const origin = { span: noSpan, repetition: [], scopes: [], site: '', statement: 0 }
  const node: GraphNode = { id: 1, name: conv.name, call, role: 'shortcut', inputs: [inputId], shape: to, origin }
  return countOf({ ...graph, nodes: [node] }, quantity)
}

const noSpan = { file: '', start: 0, end: 0 }

const convDefaults: Readonly<Record<string, ArgValue>> = Object.fromEntries(
  Object.entries(conv.params).flatMap(([name, param]) =>
    param.default?.kind === 'value' ? [[name, param.default.value]] : [],
  ),
)
