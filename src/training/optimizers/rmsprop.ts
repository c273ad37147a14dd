import type { RmspropStepAttributes } from '../../backends/tfjs/kernels/shapes.ts'
import { float } from '../../registry/params.ts'
import { defineOptimizer, elementwise } from './optimizer.ts'

/** v ← ρv + (1 − ρ)g²; w ← w − lr·g/(√v + ε) (Tieleman & Hinton 2012, lecture 6.5). */
export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  doc: 'RMSProp: steps divided by a running root mean square of the gradient.',
  example: 'rmsprop(lr=1e-3)',
  params: {
    lr: float({ doc: 'Learning rate.', default: 1e-3, min: 0, openMin: true }),
    rho: float({ doc: 'Decay of the mean square.', default: 0.9, min: 0, max: 1, openMax: true }),
    epsilon: float({ doc: 'Added to the root, outside of it.', default: 1e-7, min: 0, openMin: true }),
  },
  create({ lr, rho, epsilon }, tf) {
    return elementwise(tf, {
      slots: ['v'],
      kernel: 'RmspropStep',
      attributes: (): RmspropStepAttributes => ({ lr, rho, epsilon }),
      update({ value, gradient, slots }) {
        const v = tf.add(tf.mul(slots.v, rho), tf.mul(tf.square(gradient), 1 - rho))
        return { value: tf.sub(value, tf.div(tf.mul(gradient, lr), tf.add(tf.sqrt(v), epsilon))), slots: { v } }
      },
    })
  },
})
