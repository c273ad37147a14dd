import type * as tfc from '@tensorflow/tfjs-core'

/**
 * −Σ_c q_c·log softmax(z)_c of each image, [B], with q = (1 − s)·onehot(y) + s/classes (Szegedy et al. 2016, eq. 3).
 * On logits, through log Σ exp(z − max z): finite for all logits up to 1e38.
 */
export function softmaxCrossEntropy(
  tf: typeof tfc,
  logits: tfc.Tensor2D,
  labels: tfc.Tensor1D,
  smoothing = 0,
): tfc.Tensor1D {
  const classes = logits.shape[1]
  const onehot = tf.cast(tf.oneHot(labels, classes), 'float32')
  const target = smoothing === 0 ? onehot : tf.add(tf.mul(onehot, 1 - smoothing), smoothing / classes)
  return tf.neg(tf.sum<tfc.Tensor1D>(tf.mul(target, tf.logSoftmax(logits)), 1))
}
