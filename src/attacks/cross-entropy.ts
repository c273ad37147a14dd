import type * as tfc from '@tensorflow/tfjs-core'
import { softmaxCrossEntropy } from '../training/losses/softmax-cross-entropy.ts'

/**
 * The softmax cross-entropy of each image, [B], of logits [B, classes] and class indices [B] (int32), with the gradient that an attack
 * needs: p_c for every other class and −Σ_{c≠y} p_c for the true one. The usual p_y − 1 is the same number, but in float32 it is off by
 * 6e-8 or more, and 0 where the true logit leads by 17. For an image that the network is sure of, the other classes then pull and the
 * true one does not push, and the sign of the gradient is another network's. Here each element keeps float32's relative precision until
 * all p_c underflow, at a lead of 87 or more. Training does without: what it loses is 1e-7 of a batch's gradient.
 */
export function attackedCrossEntropy(tf: typeof tfc, logits: tfc.Tensor2D, labels: tfc.Tensor1D): tfc.Tensor1D {
  const lossOf = tf.customGrad((...args) => {
    const [scores, save] = args as [tfc.Tensor2D, tfc.GradSaveFunc]
    save([scores])
    const gradFunc = (dy: tfc.Tensor, [saved = scores]: tfc.Tensor[]) => {
      const isTrue = tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32')
      const pulls = tf.mul(tf.softmax(saved), tf.sub(1, isTrue))
      return tf.mul(tf.expandDims(dy, 1), tf.sub(pulls, tf.mul(isTrue, tf.sum(pulls, 1, true))))
    }
    return { value: softmaxCrossEntropy(tf, scores, labels), gradFunc }
  })
  return lossOf(logits) as tfc.Tensor1D
}
