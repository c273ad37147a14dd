import { costOf } from '../graph/cost.ts'
import { type Graph, type GraphNode, inputId, type NodeId, printShape } from '../graph/graph.ts'
import { printBrief } from '../registry/print-brief.ts'
import { alignNodes } from './align.ts'
import { type Family, familyOf } from './family.ts'
import type { Sides, Status } from './model.ts'

/** A graph, or two laid over each other: nodes of both in one order that is forward in each. */
export interface MergedGraph {
  readonly graphs: Sides<Graph>
  /** The node at place p is `nodes[p - 1]`; place 0 is the input. */
  readonly nodes: readonly MergedNode[]
  /** The places of the nodes that put out the results. */
  readonly output: Sides<number>
}

/** A node, with the one that stands for it in the other graph where there is one. */
export interface MergedNode {
  readonly node: Sides<GraphNode>
  readonly call: Sides<string>
  readonly family: Family
  /** Whether the call is another one. */
  readonly status: Status
  readonly hasOtherShape: boolean
  /** Places. */
  readonly inputs: Sides<readonly number[]>
  /** Names given by `as`, without the numbers that tell passes of a loop apart: `stem#2` is `stem`. The later side's. */
  readonly labels: readonly string[]
}

export type Side = keyof Sides<unknown>
export const sides: readonly Side[] = ['before', 'after']

/** One graph, as `after`, or the first and what becomes of it. */
export function mergeGraphs(graphs: Sides<Graph> & { readonly after: Graph }): MergedGraph {
  const facts = new Map<GraphNode, { readonly call: string; readonly family: Family }>()
  for (const graph of [graphs.before, graphs.after]) {
    if (graph === undefined) continue
    for (const cost of costOf(graph).nodes) {
      facts.set(cost.node, { call: printBrief(cost.node.call), family: familyOf(graph, cost) })
    }
  }
  const rows = orderNodes(graphs, (node) => facts.get(node)?.call ?? '')
  const places = { before: [inputId], after: [inputId] } satisfies Record<Side, number[]>
  rows.forEach((row, index) => {
    for (const side of sides) {
      const node = row[side]
      if (node !== undefined) places[side][node.id] = index + 1
    }
  })
  const labels = mapSides(graphs, namesById)
  const nodes = rows.map((node): MergedNode => {
    const fact = [node.after, node.before].flatMap((one) => facts.get(one as GraphNode) ?? [])[0]
    return {
      node,
      call: mapSides(node, (one) => facts.get(one)?.call ?? ''),
      family: fact?.family ?? 'reshape',
      ...compare(node, graphs.before !== undefined),
      inputs: mapSides(node, (one, side) => one.inputs.map((id) => places[side][id] ?? inputId)),
      labels:
        (node.after === undefined
          ? labels.before?.get(node.before?.id ?? inputId)
          : labels.after?.get(node.after.id)) ?? [],
    }
  })
  return { graphs, nodes, output: mapSides(graphs, (graph, side) => places[side][graph.output] ?? inputId) }
}

export function mapSides<A, B>(value: Sides<A>, map: (one: A, side: Side) => B): Sides<B> {
  return {
    ...(value.before === undefined ? {} : { before: map(value.before, 'before') }),
    ...(value.after === undefined ? {} : { after: map(value.after, 'after') }),
  }
}

function namesById(graph: Graph): ReadonlyMap<NodeId, readonly string[]> {
  const names = new Map<NodeId, readonly string[]>()
  for (const [label, id] of Object.entries(graph.labels)) {
    names.set(id, [...(names.get(id) ?? []), label.replace(/#\d+$/, '')])
  }
  return names
}

function orderNodes(
  { before, after }: Sides<Graph> & { readonly after: Graph },
  textOf: (node: GraphNode) => string,
): readonly Sides<GraphNode>[] {
  if (before === undefined) return after.nodes.map((node) => ({ after: node }))
  const rows: Sides<GraphNode>[] = []
  let [i, j] = [0, 0]
  const flush = (endBefore: number, endAfter: number): void => {
    for (const node of before.nodes.slice(i, endBefore)) rows.push({ before: node })
    for (const node of after.nodes.slice(j, endAfter)) rows.push({ after: node })
    ;[i, j] = [endBefore, endAfter]
  }
  for (const [a, b] of alignNodes(before.nodes, after.nodes, textOf)) {
    flush(a, b)
    rows.push(mapPair(before.nodes[i++], after.nodes[j++]))
  }
  flush(before.nodes.length, after.nodes.length)
  return rows
}

function mapPair(before: GraphNode | undefined, after: GraphNode | undefined): Sides<GraphNode> {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

function compare(
  { before, after }: Sides<GraphNode>,
  isComparison: boolean,
): { readonly status: Status; readonly hasOtherShape: boolean } {
  if (!isComparison) return { status: 'same', hasOtherShape: false }
  if (before === undefined || after === undefined) {
    return { status: before === undefined ? 'added' : 'removed', hasOtherShape: false }
  }
  const isSameCall = before.call.name === after.call.name && JSON.stringify(before.call) === JSON.stringify(after.call)
  return {
    status: isSameCall ? 'same' : 'changed',
    hasOtherShape: printShape(before.shape) !== printShape(after.shape),
  }
}
