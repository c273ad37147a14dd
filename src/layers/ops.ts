import type { Shape } from '../graph/graph.ts'
import type { RandomStream } from '../random/stream.ts'

/** How a k×k window moves over a map: Hₒ = ⌊(H + 2·padding − dilation·(k−1) − 1)/stride⌋ + 1. */
export interface WindowStep {
  readonly stride: number
  /** Zeros on each side. */
  readonly padding: number
}

export interface ConvStep extends WindowStep {
  /** Step between kernel elements; 1 where absent. */
  readonly dilation?: number
  /** Parts of the channels that do not mix; 1 where absent. */
  readonly groups?: number
}

export interface Moments<T> {
  readonly mean: T
  /** The mean of the squared distances from the mean. */
  readonly variance: T
}

/** What batch normalisation multiplies and adds: four vectors [C]. */
export interface BatchNormWeights<T> extends Moments<T> {
  readonly gamma: T
  readonly beta: T
}

/**
 * The operations that layers are made of, over any kind of tensor `T`: a tfjs tensor computes, a piece of TypeScript or an
 * ONNX value writes down. Each is one operation of tfjs and of ONNX, or a short composition that one name is better for.
 *
 * Maps are [B, H, W, C], vectors [B, N]. Shapes are without the batch; axes count it, as tfjs does: 0 is the batch.
 * Two-sided operations broadcast as numpy does, the batch of a map against nothing: [B, H, W, C] with [C] or [H, W, C].
 */
export interface Ops<T> {
  /** The shape of a layer's input or of what was made of it, without the batch. */
  shapeOf(x: T): Shape

  /** Cross-correlation: kernel [k, k, Cᵢ/groups, Cₒ], bias [Cₒ]. */
  conv2d(x: T, kernel: T, bias: T | undefined, step: ConvStep): T
  /** Each channel under its own M kernels: kernel [k, k, C, M], to C·M channels, those of one input channel side by side. */
  depthwiseConv2d(x: T, kernel: T, step: WindowStep): T
  /** x [B, N] times kernel [N, M] plus bias [M]. */
  dense(x: T, kernel: T, bias: T | undefined): T
  /** Σ over cᵢ of eq. 1, a matrix product per pixel: x [B, H, W, Cᵢ] and kernel [H, W, Cᵢ, Cₒ] to [B, H, W, Cₒ]. */
  wmMul(x: T, kernel: T): T
  /** The sum over each k×k window, per channel. */
  box(x: T, k: number, stride: number, padding: number): T
  /** Windows that do not fit are left out. */
  maxPool(x: T, size: number, stride: number): T
  avgPool(x: T, size: number, stride: number): T

  /** `size` zeros on each side of a map. */
  pad(x: T, size: number): T
  /** Without `size` pixels on each side of a map. */
  crop(x: T, size: number): T
  /** Each pixel of a map as a square of size×size. */
  upsample(x: T, size: number): T
  /** The same elements in row-major order; the batch stays. */
  reshape(x: T, shape: Shape): T
  /** Along the last axis. */
  concat(parts: readonly T[]): T

  add(a: T, b: T | number): T
  sub(a: T, b: T): T
  mul(a: T, b: T | number): T
  div(a: T, b: T | number): T
  /** 1/√x. */
  rsqrt(x: T): T
  sum(x: T, axes: readonly number[]): T
  mean(x: T, axes: readonly number[]): T
  /** With `keepDims` the axes stay, with length 1. */
  moments(x: T, axes: readonly number[], keepDims: boolean): Moments<T>
  /** gamma·(x − mean)/√(variance + epsilon) + beta. */
  batchNorm(x: T, weights: BatchNormWeights<T>, epsilon: number): T
  /** The same with mean and variance of the last axis at each place. */
  layerNorm(x: T, gamma: T, beta: T, epsilon: number): T

  relu(x: T): T
  leakyRelu(x: T, slope: number): T
  elu(x: T): T
  selu(x: T): T
  sigmoid(x: T): T
  tanh(x: T): T
  /** The error function 2/√π · ∫₀ˣ exp(−t²) dt. */
  erf(x: T): T
  /** Over the last axis. */
  softmax(x: T): T

  /** A constant of ones, of exactly this shape: a kernel, not a map. */
  ones(shape: Shape): T

  /** While training alone: a tensor like `x` with one draw per element, from 0 and 1/(1 − rate) with probability `rate` of 0. */
  dropoutMask(x: T, rate: number, random: RandomStream): T
  /** While training alone: uniform in [lower, upper). */
  uniformLike(x: T, lower: number, upper: number, random: RandomStream): T
  /** While training alone: normal with mean 0. */
  normalLike(x: T, std: number, random: RandomStream): T
}

/** What a forward pass depends on besides inputs and weights. */
export interface ForwardContext<T> {
  readonly training: boolean
  /** The layer's own stream, for dropout and training noise; advances with every training step. */
  readonly random: RandomStream
  /** Sets one of the layer's untrained weights, while training: moving statistics. */
  update(weight: string, value: T): void
}

/** A layer's weights by the names of its `weights()`. */
export type LayerWeights<T> = Readonly<Record<string, T>>

/** The weight that the layer declares under that name; its absence is a bug in wmnet. */
export function weightOf<T>(weights: LayerWeights<T>, name: string): T {
  const weight = weights[name]
  if (weight === undefined) throw new Error(`a layer got the weights ${Object.keys(weights)}, without its ${name}`)
  return weight
}
