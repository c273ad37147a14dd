import { layers } from '../layers/index.ts'
import { type Cost, type LayerSpec, noOperations, type Operations } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'
import { type Graph, type GraphNode, type Shape, shapeOf } from './graph.ts'

/**
 * Which operations count.
 * - `written`: the literal equations; 2 FLOPs per MAC of every convolution (ones kernels included) and
 *   dense layer, plus one per elementwise product.
 * - `compiled`: what runs after the weight map layers' sums over channels are taken first.
 * - `conv`: the MACs of convolutions alone, as the paper's tables count.
 */
export type FlopsConvention = 'written' | 'compiled' | 'conv'

export interface Count {
  readonly macs: number
  readonly flops: number
}

/** What one node costs, per image. */
export interface NodeCost {
  readonly node: GraphNode
  readonly parameters: { readonly trainable: number; readonly total: number }
  readonly cost: Cost
}

export interface GraphCost {
  readonly nodes: readonly NodeCost[]
  readonly parameters: { readonly trainable: number; readonly total: number }
  readonly cost: Cost
  /** Bytes of every layer's output at batch 1, float32, the input included. */
  readonly activationBytes: number
}

export function costOf(graph: Graph): GraphCost {
  const nodes = graph.nodes.map((node) => costOfNode(graph, node))
  return {
    nodes,
    parameters: {
      trainable: total(nodes.map(({ parameters }) => parameters.trainable)),
      total: total(nodes.map(({ parameters }) => parameters.total)),
    },
    cost: {
      written: nodes.map(({ cost }) => cost.written).reduce(addOperations, noOperations),
      compiled: nodes.map(({ cost }) => cost.compiled).reduce(addOperations, noOperations),
    },
    activationBytes: 4 * total([graph.input.shape, ...graph.nodes.map((node) => node.shape)].map(elements)),
  }
}

/** MACs and FLOPs of a cost under a convention. */
export function countOperations(cost: Cost, convention: FlopsConvention): Count {
  const { conv, dense, products, adds } = convention === 'compiled' ? cost.compiled : cost.written
  if (convention === 'conv') return { macs: conv, flops: 2 * conv }
  return { macs: conv + dense, flops: 2 * (conv + dense) + products + adds }
}

export function elements(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

function costOfNode(graph: Graph, node: GraphNode): NodeCost {
  const spec: LayerSpec = entryOf(layers, node.call)
  const inputs = node.inputs.map((id) => shapeOf(graph, id))
  const weights = spec.weights(node.call.args, inputs)
  const trainable = total(weights.filter((weight) => weight.trainable).map((weight) => elements(weight.shape)))
  return {
    node,
    parameters: { trainable, total: total(weights.map((weight) => elements(weight.shape))) },
    cost: spec.cost(node.call.args, inputs, node.shape),
  }
}

function addOperations(a: Operations, b: Operations): Operations {
  return { conv: a.conv + b.conv, dense: a.dense + b.dense, products: a.products + b.products, adds: a.adds + b.adds }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
