import * as tfc from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type Graph, type GraphNode, inputId, type NodeId, nodeOf, shapeOf } from '../../graph/graph.ts'
import { layers } from '../../layers/index.ts'
import { connect } from '../../layers/symbolic.ts'
import type { RandomStream } from '../../random/stream.ts'
import { entryOf } from '../../registry/construct.ts'
import { sampleWeight } from '../../weights/initial.ts'
import { createCustomLayer } from './custom-layer.ts'
import { fuseBatchNorm } from './ops/batch-norm.ts'
import { registerGradients } from './ops/gradients.ts'
import { makeGradientsLazy } from './ops/lazy-gradients.ts'

/**
 * The graph as a functional tfjs model on the current backend, from [B, …input shape] to the output node's shape.
 * Initial weights depend on `random`, on the node's site and role, and on the weight's name: a change to one layer leaves
 * the others' weights as they were, so that variants differ where they say so. Layers are named like their nodes.
 */
export function buildModel(graph: Graph, options: { readonly random: RandomStream }): tfl.LayersModel {
  registerGradients()
  const input = tfl.input({ shape: [...graph.input.shape], name: 'input' })
  const outputs = new Map<NodeId, tfl.SymbolicTensor>([[inputId, input]])
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => symbolOf(outputs, id))
    outputs.set(node.id, applyNode(node, distinct(node.name, inputs), options.random))
  }
  const model = tfl.model({ inputs: input, outputs: symbolOf(outputs, graph.output), name: graph.network })
  for (const layer of model.layers) quicken(layer)
  for (const node of graph.nodes) setInitialWeights(model, graph, node, options.random)
  return model
}

/** The same results from fewer kernels. */
function quicken(layer: tfl.layers.Layer): void {
  const name = layer.getClassName()
  if (name === 'BatchNormalization') fuseBatchNorm(layer)
  if (name === 'Conv2D' || name === 'Dense') makeGradientsLazy(layer)
}

/**
 * A second model over the same layers and weights whose outputs are the logits and the given node's activations.
 * Disposing either model disposes the weights of both.
 */
export function activationModel(model: tfl.LayersModel, graph: Graph, node: NodeId): tfl.LayersModel {
  const activations = model.getLayer(nodeOf(graph, node).name).output
  const [logits] = model.outputs
  if (logits === undefined || Array.isArray(activations)) throw new Error('a node has exactly one output')
  return tfl.model({ inputs: model.inputs, outputs: [logits, activations], name: `${model.name}_activations` })
}

function applyNode(node: GraphNode, inputs: readonly tfl.SymbolicTensor[], random: RandomStream): tfl.SymbolicTensor {
  const spec = entryOf(layers, node.call)
  const { args } = node.call
  if (spec.stock !== undefined && (spec.stock.covers?.(args) ?? true)) {
    return spec.stock.build(tfl.layers, node.name, args, inputs)
  }
  const seed = random.fork('layer', node.origin.site, node.role).integer(2 ** 31)
  return connect(createCustomLayer(spec, node.name, args, seed), inputs)
}

/**
 * tfjs frees a result after its last use when it predicts, but takes a layer that uses one twice for two of its users, and later ones
 * find it gone. So a layer gets a copy, which costs nothing, in place of what it has already.
 */
function distinct(name: string, inputs: readonly tfl.SymbolicTensor[]): readonly tfl.SymbolicTensor[] {
  return inputs.map((input, index) => {
    if (inputs.indexOf(input) === index) return input
    return connect(tfl.layers.activation({ activation: 'linear', name: `${name}_input_${index + 1}` }), [input])
  })
}

function setInitialWeights(model: tfl.LayersModel, graph: Graph, node: GraphNode, random: RandomStream): void {
  const inputs = node.inputs.map((id) => shapeOf(graph, id))
  const specs = entryOf(layers, node.call).weights(node.call.args, inputs)
  if (specs.length === 0) return
  tfc.tidy(() => {
    const values = specs.map((weight) => tfc.tensor(sampleWeight(node, weight, random), [...weight.shape]))
    model.getLayer(node.name).setWeights(values)
  })
}

function symbolOf(outputs: ReadonlyMap<NodeId, tfl.SymbolicTensor>, id: NodeId): tfl.SymbolicTensor {
  const output = outputs.get(id)
  if (output === undefined) throw new Error(`node ${id} is used before it is built`)
  return output
}
