import type { SgdStepAttributes } from '../../backends/tfjs/kernels/shapes.ts'
import { bool, float } from '../../registry/params.ts'
import { defineOptimizer, elementwise } from './optimizer.ts'

/** v ← μv + g; w ← w − lr·v, or with Nesterov's look-ahead w − lr·(g + μv) (Sutskever et al. 2013). */
export const sgd = defineOptimizer({
  name: 'sgd',
  doc: 'Stochastic gradient descent, with momentum where it is given.',
  example: 'sgd(lr=0.1, momentum=0.9)',
  params: {
    lr: float({ doc: 'Learning rate.', min: 0, openMin: true }),
    momentum: float({ doc: 'Share of the last step that is kept.', default: 0, min: 0, max: 1, openMax: true }),
    nesterov: bool({ doc: 'Looks ahead along the momentum.', default: false }),
  },
  create({ lr, momentum, nesterov }, tf) {
    const fused = {
      kernel: 'SgdStep' as const,
      attributes: (): SgdStepAttributes => ({ lr, momentum, nesterov }),
    }
    if (momentum === 0) {
      return elementwise(tf, {
        ...fused,
        slots: [],
        update: ({ value, gradient }) => ({ value: tf.sub(value, tf.mul(gradient, lr)), slots: {} }),
      })
    }
    return elementwise(tf, {
      ...fused,
      slots: ['v'],
      update({ value, gradient, slots }) {
        const v = tf.add(tf.mul(slots.v, momentum), gradient)
        const change = nesterov ? tf.add(gradient, tf.mul(v, momentum)) : v
        return { value: tf.sub(value, tf.mul(change, lr)), slots: { v } }
      },
    })
  },
})
