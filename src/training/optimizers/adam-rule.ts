import type { AdamStepAttributes } from '../../backends/tfjs/kernels/shapes.ts'
import { elementwise, type Optimizer, type Tf } from './optimizer.ts'

interface AdamArgs {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − lr·(m̂/(√v̂ + ε) + decay·w)
 * with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ). Both corrections are numbers known in double precision, so they are moved
 * out of the arrays: m̂/(√v̂ + ε) = c·m/(√v + ε·√(1 − β₂ᵗ)), c = √(1 − β₂ᵗ)/(1 − β₁ᵗ).
 */
export function adamRule(tf: Tf, { lr, beta1, beta2, epsilon }: AdamArgs, decay: number): Optimizer {
  return elementwise(tf, {
    slots: ['m', 'v'],
    kernel: 'AdamStep',
    attributes(step): AdamStepAttributes {
      const rootCorrection = Math.sqrt(1 - beta2 ** step)
      const scale = rootCorrection / (1 - beta1 ** step)
      return { lr, beta1, beta2, scale, epsilon: epsilon * rootCorrection, decay }
    },
    update({ value, gradient, slots }, { scale, epsilon: eps }) {
      const m = tf.add(tf.mul(slots.m, beta1), tf.mul(gradient, 1 - beta1))
      const v = tf.add(tf.mul(slots.v, beta2), tf.mul(tf.square(gradient), 1 - beta2))
      const direction = tf.div(tf.mul(m, scale), tf.add(tf.sqrt(v), eps))
      const change = decay === 0 ? direction : tf.add(direction, tf.mul(value, decay))
      return { value: tf.sub(value, tf.mul(change, lr)), slots: { m, v } }
    },
  })
}
