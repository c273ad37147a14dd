import type * as tfl from '@tensorflow/tfjs-layers'

/** Extends a functional model by one stock layer with one output; tfjs's own type says less. */
export function connect(
  layer: { apply(inputs: tfl.SymbolicTensor | tfl.SymbolicTensor[]): unknown },
  inputs: readonly tfl.SymbolicTensor[],
): tfl.SymbolicTensor {
  const [first, ...rest] = inputs
  if (first === undefined) throw new Error('a layer was applied to nothing')
  return layer.apply(rest.length === 0 ? first : [first, ...rest]) as tfl.SymbolicTensor
}
