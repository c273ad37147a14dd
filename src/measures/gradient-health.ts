import type * as tfc from '@tensorflow/tfjs-core'

/** 1 for each image whose gradient [B, H, W, C] is zero in every element, [B]. */
export function zeroGradients(tf: typeof tfc, gradient: tfc.Tensor4D): tfc.Tensor1D {
  // Largest magnitude instead of Σ|g|: a sum of tiny values could not vanish either, but costs precision.
  return tf.cast(tf.equal<tfc.Tensor1D>(tf.max<tfc.Tensor1D>(tf.abs(gradient), [1, 2, 3]), 0), 'int32')
}

/** 1 for each image whose gradient has a NaN or an infinity, [B]. */
export function nonFiniteGradients(tf: typeof tfc, gradient: tfc.Tensor4D): tfc.Tensor1D {
  const broken = tf.cast(tf.logicalNot(tf.isFinite(gradient)), 'float32')
  return tf.cast(tf.max<tfc.Tensor1D>(broken, [1, 2, 3]), 'int32')
}
