// What the kernels of all backends agree on: their names, inputs, outputs and attributes.
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'

/**
 * Kernel names in tfjs's registry, one per operation and backend. A backend without one of them composes stock operations.
 *
 * - 'WmMul' {x, w}, 'WmMulGradX' {dy, w}, 'WmMulGradW' {x, dy}; 'Box' {x}, 'BoxGrad' {dy}: see ops/.
 * - 'ReluGrad' {dy, y}: dy where y = relu(x) is above zero, else 0.
 * - 'BatchNormMoments' {x [..., C]}: [mean, biased variance], both [C], over all axes but the last.
 * - 'BatchNormGrad' {x, dy, mean, variance, gamma?}: [dx, dgamma, dbeta] of y = gamma·(x − mean)/√(variance + epsilon) + beta, where
 *   mean and variance are x's own. Attribute `epsilon`.
 * - 'AdamStep', 'SgdStep', 'RmspropStep': one step of an optimizer on one variable, elementwise. Inputs `value`, `gradient`
 *   and the slots by name, all of one shape; outputs [value, ...slots in the order below]. The kernel owns value and slots: the
 *   outputs may lie in their memory (where nothing else shares it), and the caller uses only the outputs from then on.
 */
export const kernelNames = {
  wmMul: 'WmMul',
  wmMulGradX: 'WmMulGradX',
  wmMulGradW: 'WmMulGradW',
  box: 'Box',
  boxGrad: 'BoxGrad',
  reluGrad: 'ReluGrad',
  batchNormMoments: 'BatchNormMoments',
  batchNormGrad: 'BatchNormGrad',
  adamStep: 'AdamStep',
  sgdStep: 'SgdStep',
  rmspropStep: 'RmspropStep',
} as const

export type KernelName = (typeof kernelNames)[keyof typeof kernelNames]

export interface BatchNormAttributes extends NamedAttrMap {
  epsilon: number
}

/**
 * 'AdamStep', slots m and v: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 * w ← w − lr·(scale·m/(√v + epsilon) + decay·w). Both bias corrections are in `scale` and `epsilon`.
 */
export interface AdamStepAttributes extends NamedAttrMap {
  lr: number
  beta1: number
  beta2: number
  scale: number
  epsilon: number
  decay: number
}

/** 'SgdStep', slot v unless momentum is 0: v ← μv + g, w ← w − lr·v, with nesterov w ← w − lr·(g + μv). */
export interface SgdStepAttributes extends NamedAttrMap {
  lr: number
  momentum: number
  nesterov: boolean
}

/** 'RmspropStep', slot v: v ← ρv + (1 − ρ)g², w ← w − lr·g/(√v + epsilon). */
export interface RmspropStepAttributes extends NamedAttrMap {
  lr: number
  rho: number
  epsilon: number
}

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
