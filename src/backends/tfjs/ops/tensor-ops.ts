import * as tf from '@tensorflow/tfjs-core'
import type { Ops } from '../../../layers/ops.ts'
import { conv2d, depthwiseConv2d, pad } from './convolution.ts'
import { box, wmMul } from './weight-map.ts'

/** Layers computed with tfjs on the active backend: the same kernels, called in the same way, as tfjs-layers' own. */
export const ops: Ops<tf.Tensor> = {
  shapeOf: (x) => x.shape.slice(1),

  conv2d,
  depthwiseConv2d,
  dense: (x, kernel, bias) => tf.fused.matMul({ a: x as tf.Tensor2D, b: kernel as tf.Tensor2D, ...(bias && { bias }) }),
  wmMul,
  box,
  maxPool: (x, size, stride) => tf.maxPool(x as tf.Tensor4D, size, stride, 'valid'),
  avgPool: (x, size, stride) => tf.avgPool(x as tf.Tensor4D, size, stride, 'valid'),

  pad,
  crop(x, size) {
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
    return tf.slice(x, [0, size, size, 0], [batch, height - 2 * size, width - 2 * size, channels])
  },
  upsample(x, size) {
    const [, height = 0, width = 0] = x.shape
    return tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [size * height, size * width])
  },
  reshape: (x, shape) => tf.reshape(x, [x.shape[0] ?? 0, ...shape]),
  concat: (parts) => tf.concat([...parts], -1),

  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  rsqrt: (x) => tf.rsqrt(x),
  sum: (x, axes) => tf.sum(x, [...axes]),
  mean: (x, axes) => tf.mean(x, [...axes]),
  moments: (x, axes, keepDims) => tf.moments(x, [...axes], keepDims),
  batchNorm: (x, { mean, variance, gamma, beta }, epsilon) =>
    tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, beta as tf.Tensor1D, gamma as tf.Tensor1D, epsilon),
  layerNorm,

  relu: (x) => tf.relu(x),
  leakyRelu: (x, slope) => tf.leakyRelu(x, slope),
  elu: (x) => tf.elu(x),
  selu: (x) => tf.selu(x),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  erf: (x) => tf.erf(x),
  softmax: (x) => tf.softmax(x, -1),

  ones: (shape) => tf.ones([...shape]),

  dropoutMask(x, rate, random) {
    const kept = 1 / (1 - rate)
    return draw(x, () => (random.uniform() < rate ? 0 : kept))
  },
  uniformLike: (x, lower, upper, random) => draw(x, () => lower + (upper - lower) * random.uniform()),
  normalLike: (x, std, random) => draw(x, () => std * random.normal()),
}

/** tfjs's batchNorm has no gradient for what it broadcasts along other axes than the last, so everything is tiled first. */
function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
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
  return ops.batchNorm(x, weights, epsilon)
}

function draw(x: tf.Tensor, next: () => number): tf.Tensor {
  return tf.tensor(Float32Array.from({ length: x.size }, next), x.shape)
}
