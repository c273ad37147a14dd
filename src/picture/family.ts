import type { NodeCost } from '../graph/cost.ts'
import { type Graph, type GraphNode, printShape, shapeOf } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerSpec } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'

/** What a layer does, which gives it its colour. */
export type Family =
  /** A convolution. */
  | 'convolution'
  /** A weight map layer: a convolution of elementwise products with weights. */
  | 'weightMap'
  | 'dense'
  /** Scales with few operations: normalisations, `scale`. */
  | 'normalization'
  /** Works element by element, without weights: activations, dropout, noise. */
  | 'elementwise'
  /** Without weights, another shape: pooling, padding, flatten. */
  | 'reshape'
  | 'merge'
  /** The network's input and output. */
  | 'terminal'

/** From the layer's rules rather than its name, so that a new layer needs no entry here. */
export function familyOf(graph: Graph, { node, cost }: NodeCost): Family {
  const spec: LayerSpec = entryOf(layers, node.call)
  if (spec.inputs === 'many') return 'merge'
  const { products, dense } = cost.written
  if (spec.convolutional) return products > 0 ? 'weightMap' : 'convolution'
  if (dense > 0) return 'dense'
  if (hasWeights(spec, graph, node)) return 'normalization'
  const [input] = node.inputs.map((id) => printShape(shapeOf(graph, id)))
  return input === printShape(node.shape) ? 'elementwise' : 'reshape'
}

function hasWeights(spec: LayerSpec, graph: Graph, { call, inputs }: GraphNode): boolean {
  const shapes = inputs.map((id) => shapeOf(graph, id))
  return spec.weights(call.args, shapes).length > 0
}
