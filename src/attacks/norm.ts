import type * as tfc from '@tensorflow/tfjs-core'
import type { RandomStream } from '../random/stream.ts'

export const norms = ['linf', 'l2'] as const
export type Norm = (typeof norms)[number]

const tiny = 1e-12

/** The step of length 1 in the norm that raises a linear loss most: sign g, or g/‖g‖₂ per image. Where g is 0, NaN or ±∞: 0. */
export function steepest(tf: typeof tfc, norm: Norm, gradient: tfc.Tensor4D): tfc.Tensor4D {
  const finite = tf.where(tf.isFinite(gradient), gradient, tf.zerosLike(gradient))
  return norm === 'linf' ? signs(tf, finite) : directions(tf, finite)
}

/**
 * −1, 0 or 1. Not tf.sign: the kernel of tfjs's wasm backend gives 0 for all that is smaller than 1.2e-7, and the whole gradient is
 * where the network is sure of the image.
 */
function signs(tf: typeof tfc, x: tfc.Tensor4D): tfc.Tensor4D {
  return tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32'))
}

/** Each image by its largest element first, since squares underflow: a gradient of 1e-25 has a direction too. */
function directions(tf: typeof tfc, x: tfc.Tensor4D): tfc.Tensor4D {
  const scaled = tf.divNoNan<tfc.Tensor4D>(x, tf.max(tf.abs(x), [1, 2, 3], true))
  return tf.div(scaled, tf.maximum(lengths(tf, scaled), tiny))
}

/** The nearest change within `radius`, per image. */
export function project(tf: typeof tfc, norm: Norm, radius: number, change: tfc.Tensor4D): tfc.Tensor4D {
  if (norm === 'linf') return tf.clipByValue(change, -radius, radius)
  return tf.mul(change, tf.minimum(1, tf.div(radius, tf.maximum(lengths(tf, change), tiny))))
}

/** Uniform in the ball of `radius` in `size` dimensions. */
export function drawInBall(norm: Norm, radius: number, size: number, random: RandomStream): Float32Array {
  if (norm === 'linf') return Float32Array.from({ length: size }, () => radius * (2 * random.uniform() - 1))
  const direction = Float64Array.from({ length: size }, () => random.normal())
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))
  // A share r^size of the ball's volume lies within r·radius of its centre.
  const scale = (radius * random.uniform() ** (1 / size)) / length
  return Float32Array.from(direction, (value) => value * scale)
}

/** ‖·‖₂ of each image, [B, 1, 1, 1]. */
function lengths(tf: typeof tfc, images: tfc.Tensor4D): tfc.Tensor4D {
  return tf.sqrt(tf.sum<tfc.Tensor4D>(tf.square(images), [1, 2, 3], true))
}
