// Functions that modules with a protocol get copies of, as far as they need them: this file is parsed by `wmnet emit`, not imported.
// They compute what `src/training` and `src/attacks` compute, and the tests hold them to that bit for bit.
import * as tf from '@tensorflow/tfjs-core'

/** Softmax cross-entropy of each image, [B]. `smoothing` is the share of the target that is spread over all classes. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, smoothing = 0): tf.Tensor1D {
  const classes = logits.shape[1]
  const onehot = tf.cast(tf.oneHot(labels, classes), 'float32')
  const targets = smoothing === 0 ? onehot : tf.add(tf.mul(onehot, 1 - smoothing), smoothing / classes)
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(targets, tf.logSoftmax(logits)), 1))
}

/**
 * The cross-entropy with the gradient that an attack needs: −Σ_{c≠y} p_c for the true class, whose usual p_y − 1 is off by 6e-8 or more in
 * float32 and 0 where the network is sure of the image.
 */
export function attackedCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const lossOf = tf.customGrad((...args) => {
    const [scores, save] = args as [tf.Tensor2D, tf.GradSaveFunc]
    save([scores])
    const gradFunc = (dy: tf.Tensor, [saved = scores]: tf.Tensor[]) => {
      const isTrue = tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32')
      const pulls = tf.mul(tf.softmax(saved), tf.sub(1, isTrue))
      return tf.mul(tf.expandDims(dy, 1), tf.sub(pulls, tf.mul(isTrue, tf.sum(pulls, 1, true))))
    }
    return { value: crossEntropy(scores, labels), gradFunc }
  })
  return lossOf(logits) as tf.Tensor1D
}

/** −1, 0 or 1. Not tf.sign: the one of tfjs's wasm backend gives 0 below 1.2e-7. */
export function signs(x: tf.Tensor4D): tf.Tensor4D {
  return tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32'))
}

/** x/‖x‖₂ of each image, by its largest element first, since squares underflow; 0 where x is. */
export function directions(x: tf.Tensor4D): tf.Tensor4D {
  const scaled = tf.divNoNan<tf.Tensor4D>(x, tf.max(tf.abs(x), [1, 2, 3], true))
  return tf.div(scaled, lengths(scaled))
}

/** ‖·‖₂ of each image, [B, 1, 1, 1], never 0. */
export function lengths(images: tf.Tensor4D): tf.Tensor4D {
  return tf.maximum(tf.sqrt(tf.sum<tf.Tensor4D>(tf.square(images), [1, 2, 3], true)), 1e-12)
}

/** How training changes variables, and what it remembers of them. */
export interface Optimizer {
  /** One step on each variable that has a gradient, by the variable's name. */
  step(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): void
  dispose(): void
}

/** A variable's next value, and what is remembered of it. */
interface Updated {
  readonly value: tf.Tensor
  readonly memory: readonly tf.Tensor[]
}

/** @param slots how many tensors are remembered of each variable; they start at zero */
function elementwise(
  slots: number,
  update: (value: tf.Tensor, gradient: tf.Tensor, memory: readonly tf.Tensor[], step: number) => Updated,
): Optimizer {
  const memories = new Map<string, readonly tf.Tensor[]>()
  let step = 0
  const change = (variable: tf.Variable, gradient: tf.Tensor) => {
    const old = memories.get(variable.name)
    tf.tidy(() => {
      const memory = old ?? Array.from({ length: slots }, () => tf.zerosLike(variable))
      const next = update(variable, gradient, memory, step)
      memories.set(variable.name, next.memory.map(tf.keep))
      variable.assign(next.value)
    })
    old?.forEach(tf.dispose)
  }
  return {
    step(variables, gradients) {
      step += 1
      for (const variable of variables) {
        const gradient = gradients[variable.name]
        if (gradient !== undefined) change(variable, gradient)
      }
    },
    dispose() {
      Array.from(memories.values()).flat().forEach(tf.dispose)
      memories.clear()
    },
  }
}

interface AdamSettings {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly decay?: number
}

/**
 * Kingma and Ba 2015: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − lr·(m̂/(√v̂ + ε) + decay·w). The corrections of m̂ and v̂ are
 * numbers, so they stay out of the arrays. With decay it is AdamW (Loshchilov and Hutter 2019).
 */
export function adam({ lr, beta1, beta2, epsilon, decay = 0 }: AdamSettings): Optimizer {
  return elementwise(2, (value, gradient, [oldM, oldV], step) => {
    const root = Math.sqrt(1 - beta2 ** step)
    const scale = root / (1 - beta1 ** step)
    const m = tf.add(tf.mul(oldM as tf.Tensor, beta1), tf.mul(gradient, 1 - beta1))
    const v = tf.add(tf.mul(oldV as tf.Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2))
    const direction = tf.div(tf.mul(m, scale), tf.add(tf.sqrt(v), epsilon * root))
    const change = decay === 0 ? direction : tf.add(direction, tf.mul(value, decay))
    return { value: tf.sub(value, tf.mul(change, lr)), memory: [m, v] }
  })
}

interface SgdSettings {
  readonly lr: number
  readonly momentum: number
  readonly nesterov: boolean
}

/** v ← momentum·v + g; w ← w − lr·v, or with Nesterov's look-ahead w − lr·(g + momentum·v) (Sutskever et al. 2013). */
export function sgd({ lr, momentum, nesterov }: SgdSettings): Optimizer {
  if (momentum === 0) {
    return elementwise(0, (value, gradient) => ({ value: tf.sub(value, tf.mul(gradient, lr)), memory: [] }))
  }
  return elementwise(1, (value, gradient, [old]) => {
    const v = tf.add(tf.mul(old as tf.Tensor, momentum), gradient)
    const change = nesterov ? tf.add(gradient, tf.mul(v, momentum)) : v
    return { value: tf.sub(value, tf.mul(change, lr)), memory: [v] }
  })
}

interface RmspropSettings {
  readonly lr: number
  readonly rho: number
  readonly epsilon: number
}

/** v ← ρv + (1 − ρ)g²; w ← w − lr·g/(√v + ε) (Tieleman and Hinton 2012). */
export function rmsprop({ lr, rho, epsilon }: RmspropSettings): Optimizer {
  return elementwise(1, (value, gradient, [old]) => {
    const v = tf.add(tf.mul(old as tf.Tensor, rho), tf.mul(tf.square(gradient), 1 - rho))
    return { value: tf.sub(value, tf.div(tf.mul(gradient, lr), tf.add(tf.sqrt(v), epsilon))), memory: [v] }
  })
}
