// What the kernels of all backends agree on: the shapes of wmMul and box, and their attributes.
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'

/** Kernel names in tfjs's registry, one per operation and backend. */
export const kernelNames = {
  wmMul: 'WmMul',
  wmMulGradX: 'WmMulGradX',
  wmMulGradW: 'WmMulGradW',
  box: 'Box',
  boxGrad: 'BoxGrad',
} as const

/** Attributes of 'Box' and 'BoxGrad'. `height` and `width` are those of the box's input, which its output does not tell. */
export interface BoxAttributes extends NamedAttrMap {
  k: number
  stride: number
  padding: number
  height: number
  width: number
}

/** Hₒ = ⌊(H + 2·padding − k)/stride⌋ + 1. */
export function boxOutput(size: number, k: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - k) / stride) + 1
}

/** The tensor of that name; its absence is a bug in the caller. */
export function inputOf(inputs: NamedTensorInfoMap, name: string): TensorInfo {
  const tensor = inputs[name]
  if (!tensor) throw new Error(`kernel input ${name} is missing`)
  if (tensor.dtype !== 'float32') throw new Error(`kernel input ${name} is ${tensor.dtype}, not float32`)
  return tensor
}

/** The four sizes of a [B, H, W, C] array or a [kh, kw, ci, co] filter. */
export function sizes4(tensor: { readonly shape: readonly number[] }, what: string): [number, number, number, number] {
  const [a, b, c, d, ...rest] = tensor.shape
  if (a === undefined || b === undefined || c === undefined || d === undefined || rest.length > 0) {
    throw new Error(`${what} has shape [${tensor.shape.join(', ')}], not four dimensions`)
  }
  return [a, b, c, d]
}
