import type { Tensor } from '@tensorflow/tfjs-core'
import type { ElementState, Tf } from './optimizer.ts'

interface AdamArgs {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

interface Moments {
  readonly m: Tensor
  readonly v: Tensor
}

/** m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g² */
export function adamMoments(tf: Tf, args: AdamArgs, { gradient, slots }: ElementState<'m' | 'v'>): Moments {
  const { beta1, beta2 } = args
  return {
    m: tf.add(tf.mul(slots.m, beta1), tf.mul(gradient, 1 - beta1)),
    v: tf.add(tf.mul(slots.v, beta2), tf.mul(tf.square(gradient), 1 - beta2)),
  }
}

/**
 * m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ). Both corrections are numbers known in double
 * precision, so they are moved out of the arrays: c·m/(√v + ε·√(1 − β₂ᵗ)), c = √(1 − β₂ᵗ)/(1 − β₁ᵗ).
 */
export function adamDirection(tf: Tf, args: AdamArgs, { m, v }: Moments, step: number): Tensor {
  const rootCorrection = Math.sqrt(1 - args.beta2 ** step)
  const scale = rootCorrection / (1 - args.beta1 ** step)
  return tf.div(tf.mul(m, scale), tf.add(tf.sqrt(v), args.epsilon * rootCorrection))
}
