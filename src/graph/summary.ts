import { type Count, costOf, countOperations, type FlopsConvention, type GraphCost } from './cost.ts'
import type { Graph, Shape } from './graph.ts'

/** One line of `wmnet summary`: a layer applied once. */
export interface LayerSummary {
  /** Where the statement stands; a define may be of another file than the network. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** The name given by `as`. */
  readonly label: string | null
  /** The layer's name in the registry. */
  readonly kind: string
  readonly name: string
  /** Layers of one application of a statement share it: `block conv(8)` is a conv and a relu. */
  readonly statement: number
  /** [H, W, C], or [N] for a vector. */
  readonly output: Shape
  readonly params: number
  readonly macs: number
  readonly flops: number
  readonly compiled: Count
}

export interface VariantSummary {
  readonly variant: string
  readonly params: { readonly trainable: number; readonly total: number }
  readonly macs: number
  readonly flops: number
  readonly convention: FlopsConvention
  readonly compiled: Count
  readonly activationBytes: number
  readonly layers: readonly LayerSummary[]
}

/** The costs of a graph as the summary command prints them. `lineOf` gives a node's line in its file. */
export function summarize(
  variant: { readonly name: string; readonly graph: Graph },
  convention: FlopsConvention,
  lineOf: (span: Graph['input']['span']) => number,
): VariantSummary {
  const cost: GraphCost = costOf(variant.graph)
  return {
    variant: variant.name,
    params: cost.parameters,
    ...countOperations(cost.cost, convention),
    convention,
    compiled: countOperations(cost.cost, 'compiled'),
    activationBytes: cost.activationBytes,
    layers: cost.nodes.map(({ node, parameters, cost: own }) => ({
      file: node.origin.span.file,
      line: lineOf(node.origin.span),
      label: node.origin.label ?? null,
      kind: node.call.name,
      name: node.name,
      statement: node.origin.statement,
      output: node.shape,
      params: parameters.total,
      ...countOperations(own, convention),
      compiled: countOperations(own, 'compiled'),
    })),
  }
}
