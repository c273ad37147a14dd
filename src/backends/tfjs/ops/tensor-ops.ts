import * as tf from '@tensorflow/tfjs-core'
import type { Ops } from '../../../layers/ops.ts'
import { add, mul, sub } from './linear.ts'
import {
  avgPool,
  batchNorm,
  conv2d,
  crop,
  dense,
  depthwiseConv2d,
  dropoutMask,
  layerNorm,
  maxPool,
  normalLike,
  pad,
  uniformLike,
  upsample,
} from './stock.ts'
import { box, wmMul } from './weight-map.ts'

/** Layers computed with tfjs on the active backend: tfjs-core's own operations, and wmnet's kernels where the backend has them. */
export const ops: Ops<tf.Tensor> = {
  conv2d,
  depthwiseConv2d,
  dense,
  wmMul,
  box,
  maxPool,
  avgPool,
  pad,
  crop,
  upsample,
  shapeOf: (x) => x.shape.slice(1),
  reshape: (x, shape) => tf.reshape(x, [x.shape[0] ?? 0, ...shape]),
  concat: (parts) => tf.concat([...parts], -1),

  add,
  sub,
  mul,
  div: (a, b) => tf.div(a, b),
  rsqrt: (x) => tf.rsqrt(x),
  sum: (x, axes) => tf.sum(x, [...axes]),
  mean: (x, axes) => tf.mean(x, [...axes]),
  moments: (x, axes, keepDims) => tf.moments(x, [...axes], keepDims),

  relu: (x) => tf.relu(x),
  leakyRelu: (x, slope) => tf.leakyRelu(x, slope),
  elu: (x) => tf.elu(x),
  selu: (x) => tf.selu(x),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  erf: (x) => tf.erf(x),
  softmax: (x) => tf.softmax(x, -1),

  batchNorm,
  layerNorm,
  ones: (shape) => tf.ones([...shape]),
  dropoutMask,
  uniformLike,
  normalLike,
}
