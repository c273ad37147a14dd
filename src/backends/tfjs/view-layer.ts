import type * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import type { LayerView } from '../../explain/explanation.ts'
import { type Graph, type NodeId, nodeOf } from '../../graph/graph.ts'
import { applyLayer, layersAfter, onlyTensor, type Results, resultOf } from './apply-layers.ts'

/**
 * Cuts a model that `buildModel` made at a node that puts out a map, for these images [B, H, W, C]. tfjs has no model whose input
 * is another's middle, so the layers are applied one by one. Call inside tf.tidy.
 */
export function viewLayer(model: tfl.LayersModel, graph: Graph, node: NodeId, images: tfc.Tensor4D): LayerView {
  const at = onlyTensor(model.getLayer(nodeOf(graph, node).name).output)
  const output = onlyTensor(model.outputs)
  const results: Results = new Map([[onlyTensor(model.inputs), images]])
  const steps = layersAfter(model, results)
  for (const layer of steps) applyLayer(layer, results, false)
  const activations = resultOf(results, at) as tfc.Tensor4D
  const later = dependents(steps, at)
  return {
    activations,
    logits(changed) {
      const own: Results = new Map([...results, [at, changed]])
      for (const layer of later) applyLayer(layer, own, false)
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
