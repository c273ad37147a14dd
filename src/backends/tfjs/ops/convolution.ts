import * as tf from '@tensorflow/tfjs-core'
import type { ConvStep, WindowStep } from '../../../layers/ops.ts'

/** Zeros on each side of a map [B, H, W, C]. */
export function pad(x: tf.Tensor, size: number): tf.Tensor4D {
  const both: [number, number] = [size, size]
  return size === 0 ? (x as tf.Tensor4D) : tf.pad(x as tf.Tensor4D, [[0, 0], both, both, [0, 0]])
}

/** As tfjs-layers does it: padded first, then the fused kernel. Groups and dilations are composed, so that they have gradients. */
export function conv2d(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined, step: ConvStep): tf.Tensor {
  const { stride, padding, dilation = 1, groups = 1 } = step
  const padded = pad(x, padding)
  const spread = dilateKernel(kernel as tf.Tensor4D, dilation)
  if (groups === 1) return convolve(padded, spread, bias, stride)
  const kernels = tf.split<tf.Tensor4D>(spread, groups, 3)
  const maps = tf.split<tf.Tensor4D>(padded, groups, 3).map((part, group) => {
    const groupKernel = kernels[group]
    if (groupKernel === undefined) throw new Error(`a convolution has no kernel for group ${group}`)
    return convolve(part, groupKernel, undefined, stride)
  })
  const y = tf.concat(maps, 3)
  return bias === undefined ? y : tf.add(y, bias)
}

function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor | undefined, strides: number): tf.Tensor4D {
  return tf.fused.conv2d({ x, filter, strides, pad: 'valid', ...(bias === undefined ? {} : { bias }) })
}

export function depthwiseConv2d(x: tf.Tensor, kernel: tf.Tensor, { stride, padding }: WindowStep): tf.Tensor {
  return tf.depthwiseConv2d(pad(x, padding), kernel as tf.Tensor4D, stride, 'valid')
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
  const spread = tf.pad(tf.reshape(kernel, [k, 1, k, 1, cin * cout]), [[0, 0], gap, [0, 0], gap, [0, 0]])
  const grid: tf.Tensor4D = tf.reshape(spread, [side, side, cin, cout])
  return tf.slice(grid, [0, 0, 0, 0], [side - dilation + 1, side - dilation + 1, cin, cout])
}
