// Sums and multiples. tfjs's own gradients of them save the operands, for their shapes alone: a bias would keep its layer's sums in
// memory, and unsharp masking its maps twice.
import * as tf from '@tensorflow/tfjs-core'

/** a + b, broadcast. */
export function add(a: tf.Tensor, b: tf.Tensor | number): tf.Tensor {
  return typeof b === 'number' ? tf.add(a, b) : combine(a, b, tf.add, (dy) => dy)
}

/** a − b, broadcast. */
export function sub(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return combine(a, b, tf.sub, tf.neg)
}

/** a·b, broadcast; the product of two tensors needs both for its gradient. */
export function mul(a: tf.Tensor, b: tf.Tensor | number): tf.Tensor {
  if (typeof b !== 'number') return tf.mul(a, b)
  const multiple = tf.customGrad((x) => {
    return { value: tf.mul(x as tf.Tensor, b), gradFunc: (dy: tf.Tensor) => tf.mul(dy, b) }
  })
  return multiple(a)
}

/** A sum of `a` and something linear in `b`, whose gradient is `ofSecond` of the sum's. */
function combine(
  a: tf.Tensor,
  b: tf.Tensor,
  value: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
  ofSecond: (dy: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const [shapeA, shapeB] = [a.shape, b.shape]
  const combined = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, y] = inputs as [tf.Tensor, tf.Tensor]
    const gradFunc = (dy: tf.Tensor) => [sumTo(dy, shapeA), ofSecond(sumTo(dy, shapeB))]
    return { value: value(x, y), gradFunc }
  })
  return combined(a, b)
}

/** The gradient of what was broadcast: the sum over the axes along which it was repeated. */
function sumTo(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], dy.shape)
  return tf.reshape(axes.length === 0 ? dy : tf.sum(dy, axes), [...shape])
}
