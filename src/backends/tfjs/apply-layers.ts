import type * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'

/** Results by the symbolic tensors that stand for them. */
export type Results = Map<tfl.SymbolicTensor, tfc.Tensor>

/**
 * The layers that lead from what is given to the model's output, each of wmnet's being applied once: in the order in which tfjs's
 * own executor applies them, the last input of a merge first.
 */
export function layersAfter(model: tfl.LayersModel, given: Results): readonly tfl.layers.Layer[] {
  const done = new Set(given.keys())
  const order: tfl.layers.Layer[] = []
  const stack = [onlyTensor(model.outputs)]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const missing = done.has(top) ? [] : top.inputs.filter((input) => !done.has(input))
    stack.push(...missing)
    if (missing.length > 0) continue
    stack.pop()
    if (!done.has(top)) order.push(top.sourceLayer)
    done.add(top)
  }
  return order
}

/** Applies one layer to the results of others, and adds its own to them. */
export function applyLayer(layer: tfl.layers.Layer, results: Results, training: boolean): tfc.Tensor {
  const inputs = [layer.input].flat().map((input) => resultOf(results, input))
  const [only] = inputs
  const result = layer.apply(inputs.length === 1 && only !== undefined ? only : inputs, { training }) as tfc.Tensor
  results.set(onlyTensor(layer.output), result)
  return result
}

export function resultOf(results: Results, of: tfl.SymbolicTensor): tfc.Tensor {
  const result = results.get(of)
  if (result === undefined) throw new Error(`${of.name} is used before it is computed`)
  return result
}

export function onlyTensor(tensors: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor {
  const [only, ...others] = [tensors].flat()
  if (only === undefined || others.length > 0) throw new Error('a layer has exactly one output')
  return only
}
