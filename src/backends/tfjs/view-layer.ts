import type * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import type { LayerView } from '../../explain/explanation.ts'
import { type Graph, type NodeId, nodeOf } from '../../graph/graph.ts'

/** Results by the symbolic tensors that stand for them. */
type Results = Map<tfl.SymbolicTensor, tfc.Tensor>

/**
 * Cuts a model that `buildModel` made at a node that puts out a map, for these images [B, H, W, C]. tfjs has no model whose input
 * is another's middle, so the layers are applied one by one. Call inside tf.tidy.
 */
export function viewLayer(model: tfl.LayersModel, graph: Graph, node: NodeId, images: tfc.Tensor4D): LayerView {
  const at = onlyTensor(model.getLayer(nodeOf(graph, node).name).output)
  const output = onlyTensor(model.outputs)
  const results: Results = new Map([[onlyTensor(model.inputs), images]])
  // A model lists its layers in topological order, and each of wmnet's is applied once.
  const steps = model.layers.filter((layer) => !results.has(onlyTensor(layer.output)))
  for (const layer of steps) results.set(onlyTensor(layer.output), applyLayer(layer, results))
  const activations = resultOf(results, at) as tfc.Tensor4D
  const later = dependents(steps, at)
  return {
    activations,
    logits(changed) {
      const own: Results = new Map([...results, [at, changed]])
      for (const layer of later) own.set(onlyTensor(layer.output), applyLayer(layer, own))
      return resultOf(own, output) as tfc.Tensor2D
    },
  }
}

/** The layers whose results depend on this one, in order. */
function dependents(steps: readonly tfl.layers.Layer[], at: tfl.SymbolicTensor): readonly tfl.layers.Layer[] {
  const changed = new Set([at])
  return steps.filter((layer) => {
    const depends = [layer.input].flat().some((input) => changed.has(input))
    if (depends) changed.add(onlyTensor(layer.output))
    return depends
  })
}

function applyLayer(layer: tfl.layers.Layer, results: Results): tfc.Tensor {
  const inputs = [layer.input].flat().map((input) => resultOf(results, input))
  const [only] = inputs
  const result = layer.apply(inputs.length === 1 && only !== undefined ? only : inputs, { training: false })
  return result as tfc.Tensor
}

function resultOf(results: Results, of: tfl.SymbolicTensor): tfc.Tensor {
  const result = results.get(of)
  if (result === undefined) throw new Error(`${of.name} is used before it is computed`)
  return result
}

function onlyTensor(tensors: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor {
  const [only, ...others] = [tensors].flat()
  if (only === undefined || others.length > 0) throw new Error('a layer has exactly one output')
  return only
}
