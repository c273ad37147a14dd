import type { Shape } from '../graph/graph.ts'
import { type ArgsOf, int } from '../registry/params.ts'
import type { ShapeResult } from './layer.ts'
import { accept, onlyInput, reject } from './rules.ts'
import { placeWindow } from './window.ts'

/** The hyperparameters of a pooling. */
export const poolingParams = {
  size: int({ min: 1, default: 2, doc: 'Side of the square window.' }),
  stride: int({ min: 1, sameAs: 'size', doc: 'Step between windows.' }),
}
export type PoolingArgs = ArgsOf<typeof poolingParams>

/** A pooling's shape rule: pads nothing, drops what does not fill a window. */
export function poolShape(layer: string, args: PoolingArgs, inputs: readonly Shape[]): ShapeResult {
  const window = {
    noun: 'window',
    k: args.size,
    stride: args.stride,
    dilation: 1,
    padding: null,
  } as const
  const placed = placeWindow(layer, window, onlyInput(inputs))
  if (!placed.ok) return reject(placed.problem)
  const { outHeight, outWidth, channels } = placed.placement
  return accept(outHeight, outWidth, channels)
}
