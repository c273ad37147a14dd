import type * as tfl from '@tensorflow/tfjs-layers'

interface Connectable {
  readonly name: string
  apply(inputs: tfl.SymbolicTensor | tfl.SymbolicTensor[]): unknown
}

/** Extends a functional model by one stock layer with one output; tfjs's own type says less. */
export function connect(layer: Connectable, inputs: readonly tfl.SymbolicTensor[]): tfl.SymbolicTensor {
  const [first, ...rest] = inputs
  if (first === undefined) throw new Error('a layer was applied to nothing')
  return layer.apply(rest.length === 0 ? first : [first, ...rest]) as tfl.SymbolicTensor
}

/** The layer after `padding` zeros on each side of the map, which tfjs-layers' convolutions cannot add themselves. */
export function connectPadded(
  layers: typeof tfl.layers,
  layer: Connectable,
  padding: number,
  inputs: readonly tfl.SymbolicTensor[],
): tfl.SymbolicTensor {
  if (padding === 0) return connect(layer, inputs)
  const pad = layers.zeroPadding2d({ padding, name: `${layer.name}_pad` })
  return connect(layer, [connect(pad, inputs)])
}
