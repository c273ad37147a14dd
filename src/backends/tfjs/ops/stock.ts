// Layers' operations out of tfjs-core's own: the same kernels, called in the same way, as tfjs-layers'. `wmnet emit` copies what
// it needs of these functions into the modules that it writes, so this file imports nothing but tfjs-core.
import * as tf from '@tensorflow/tfjs-core'

interface Step {
  readonly stride?: number
  /** Zeros on each side. */
  readonly padding?: number
}

interface ConvStep extends Step {
  readonly dilation?: number
  readonly groups?: number
}

/** `size` zeros on each side of a map [B, H, W, C]. */
export function pad(x: tf.Tensor, size: number): tf.Tensor4D {
  const both: [number, number] = [size, size]
  return size === 0 ? (x as tf.Tensor4D) : tf.pad(x as tf.Tensor4D, [[0, 0], both, both, [0, 0]])
}

/** x [B, H, W, Cᵢ] under a kernel [k, k, Cᵢ/groups, Cₒ], plus bias [Cₒ]. */
export function conv2d(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor | null, step: ConvStep = {}): tf.Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = step
  const padded = pad(x, padding)
  const spread = dilateKernel(kernel as tf.Tensor4D, dilation)
  if (groups === 1) return convolve(padded, spread, bias, stride)
  const kernels = tf.split<tf.Tensor4D>(spread, groups, 3)
  const parts = tf.split<tf.Tensor4D>(padded, groups, 3)
  const y = tf.concat(
    kernels.map((groupKernel, group) => convolve(parts[group] as tf.Tensor4D, groupKernel, null, stride)),
    3,
  )
  return bias ? tf.add(y, bias) : y
}

function convolve(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor | null | undefined,
  strides: number,
): tf.Tensor4D {
  return tf.fused.conv2d({ x, filter, strides, pad: 'valid', ...(bias ? { bias } : {}) })
}

/**
 * The kernel with dilation − 1 zeros between its elements: [k, k, Cᵢ, Cₒ] to [d·(k−1)+1, d·(k−1)+1, Cᵢ, Cₒ].
 * A convolution with it is the dilated convolution, and unlike tfjs's own it has a gradient.
 */
function dilateKernel(kernel: tf.Tensor4D, dilation: number): tf.Tensor4D {
  if (dilation === 1) return kernel
  const [k, , cin, cout] = kernel.shape
  const side = k * dilation
  const gap: [number, number] = [0, dilation - 1]
  // Rows, then columns: tfjs's webgpu backend cannot pad five axes, and gives zeros.
  const rows = tf.pad(tf.reshape(kernel, [k, 1, k, cin * cout]), [[0, 0], gap, [0, 0], [0, 0]])
  const both = tf.pad(tf.reshape(rows, [side, k, 1, cin * cout]), [[0, 0], [0, 0], gap, [0, 0]])
  const grid: tf.Tensor4D = tf.reshape(both, [side, side, cin, cout])
  return tf.slice(grid, [0, 0, 0, 0], [side - dilation + 1, side - dilation + 1, cin, cout])
}

/** Each channel under its own M kernels: x [B, H, W, C], kernel [k, k, C, M]. */
export function depthwiseConv2d(x: tf.Tensor, kernel: tf.Tensor, step: Step = {}): tf.Tensor {
  const { stride = 1, padding = 0 } = step
  return tf.depthwiseConv2d(pad(x, padding), kernel as tf.Tensor4D, stride, 'valid')
}

/** x [B, N] times kernel [N, M], plus bias [M]. */
export function dense(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor | null): tf.Tensor {
  return tf.fused.matMul({ a: x as tf.Tensor2D, b: kernel as tf.Tensor2D, ...(bias ? { bias } : {}) })
}

/** Σ over cᵢ of eq. 1, one matrix product [B, Cᵢ]·[Cᵢ, Cₒ] per pixel: x [B, H, W, Cᵢ] and kernel [H, W, Cᵢ, Cₒ]. */
export function wmMul(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const [height, width, cin, cout] = (kernel as tf.Tensor4D).shape
  const pixels = height * width
  const perPixel = tf.transpose(tf.reshape(x, [-1, pixels, cin]), [1, 0, 2])
  const product = tf.matMul(perPixel, tf.reshape(kernel, [pixels, cin, cout]))
  return tf.reshape(tf.transpose(product, [1, 0, 2]), [-1, height, width, cout])
}

/** The sum of each k×k window per channel: the mean, times k². The zeros come first, since avgPool does not count its own. */
export function box(x: tf.Tensor, k: number, stride: number, padding: number): tf.Tensor {
  return tf.mul(tf.avgPool(pad(x, padding), k, stride, 'valid'), k * k)
}

export function maxPool(x: tf.Tensor, size: number, stride: number): tf.Tensor {
  return tf.maxPool(x as tf.Tensor4D, size, stride, 'valid')
}

export function avgPool(x: tf.Tensor, size: number, stride: number): tf.Tensor {
  return tf.avgPool(x as tf.Tensor4D, size, stride, 'valid')
}

/** Without `size` pixels on each side of a map [B, H, W, C]. */
export function crop(x: tf.Tensor, size: number): tf.Tensor {
  const [batch, height, width, channels] = (x as tf.Tensor4D).shape
  return tf.slice(x, [0, size, size, 0], [batch, height - 2 * size, width - 2 * size, channels])
}

/** Each pixel of a map [B, H, W, C] as a square of size×size. */
export function upsample(x: tf.Tensor, size: number): tf.Tensor {
  const [, height, width] = (x as tf.Tensor4D).shape
  return tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [size * height, size * width])
}

/** gamma·(x − mean)/√(variance + epsilon) + beta. */
export function batchNorm(x: tf.Tensor, weights: Normalization, epsilon: number): tf.Tensor {
  const { mean, variance, gamma, beta } = weights
  return tf.batchNorm(
    x,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    beta as tf.Tensor1D,
    gamma as tf.Tensor1D,
    epsilon,
  )
}

interface Normalization {
  readonly mean: tf.Tensor
  readonly variance: tf.Tensor
  readonly gamma: tf.Tensor
  readonly beta: tf.Tensor
}

/**
 * Each place's channels (the last axis) with mean 0 and variance 1, times gamma, plus beta. tfjs's batchNorm has no gradient for
 * what it broadcasts along other axes than the last, so everything is tiled first.
 */
export function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
  const places = [...x.shape.slice(0, -1), 1]
  const channels = x.shape.map((size, axis) => (axis === x.rank - 1 ? size : 1))
  const { mean, variance } = tf.moments(x, -1, true)
  const perPlace = (moment: tf.Tensor) => tf.tile(moment, channels)
  const perChannel = (weight: tf.Tensor) => tf.tile(tf.reshape(weight, channels), places)
  const weights = {
    mean: perPlace(mean),
    variance: perPlace(variance),
    gamma: perChannel(gamma),
    beta: perChannel(beta),
  }
  return batchNorm(x, weights, epsilon)
}

/** A source of random numbers. */
interface Draws {
  /** In [0, 1). */
  uniform(): number
  normal(): number
}

/** 0 with probability `rate`, else 1/(1 − rate), for each element of x. */
export function dropoutMask(x: tf.Tensor, rate: number, random: Draws): tf.Tensor {
  const kept = 1 / (1 - rate)
  return drawLike(x, () => (random.uniform() < rate ? 0 : kept))
}

export function uniformLike(x: tf.Tensor, lower: number, upper: number, random: Draws): tf.Tensor {
  return drawLike(x, () => lower + (upper - lower) * random.uniform())
}

export function normalLike(x: tf.Tensor, std: number, random: Draws): tf.Tensor {
  return drawLike(x, () => std * random.normal())
}

function drawLike(x: tf.Tensor, next: () => number): tf.Tensor {
  return tf.tensor(Float32Array.from({ length: x.size }, next), x.shape)
}
