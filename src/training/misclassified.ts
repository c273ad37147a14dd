import type * as tfc from '@tensorflow/tfjs-core'

/** 1 for each image whose largest logit is not that of its class, [B], int32. Of equal logits the first counts. */
export function misclassified(tf: typeof tfc, logits: tfc.Tensor2D, labels: tfc.Tensor1D): tfc.Tensor1D {
  return tf.cast(tf.notEqual<tfc.Tensor1D>(tf.argMax(logits, 1), labels), 'int32')
}
