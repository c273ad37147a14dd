import * as tf from '@tensorflow/tfjs-core'

/** a + b, broadcast. tfjs's own gradient of it saves both, for their shapes alone: a bias would keep its layer's sums in memory. */
export function add(a: tf.Tensor, b: tf.Tensor | number): tf.Tensor {
  if (typeof b === 'number') return tf.add(a, b)
  const [shapeA, shapeB] = [a.shape, b.shape]
  const sum = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, y] = inputs as [tf.Tensor, tf.Tensor]
    return { value: tf.add(x, y), gradFunc: (dy: tf.Tensor) => [sumTo(dy, shapeA), sumTo(dy, shapeB)] }
  })
  return sum(a, b)
}

/** The gradient of what was broadcast: the sum over the axes along which it was repeated. */
function sumTo(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], dy.shape)
  return tf.reshape(axes.length === 0 ? dy : tf.sum(dy, axes), [...shape])
}
