import type * as tfc from '@tensorflow/tfjs-core'

/** x while testing; x plus one draw per element while training. */
export function addNoise(tf: typeof tfc, x: tfc.Tensor | undefined, training: boolean, draw: () => number): tfc.Tensor {
  if (x === undefined) throw new Error('a noise layer was applied to nothing')
  if (!training) return tf.clone(x)
  return tf.add(x, tf.tensor(Float32Array.from({ length: x.size }, draw), x.shape))
}
