// The optimizers' rules in float64, one weight at a time, straight from the articles' formulas.

import { optimizers } from '../src/training/optimizers/index.ts'
import type { Optimizer, Tf } from '../src/training/optimizers/optimizer.ts'
import { callOf } from './training-fixtures.ts'

type Reference = (gradients: readonly number[], start: number) => number

const gradients = [0.5, -0.25, 1.5, 2e-7, -3, 0.125]

function adamReference(lr: number, beta1: number, beta2: number, epsilon: number, decay: number): Reference {
  return (sequence, start) => {
    let [w, m, v] = [start, 0, 0]
    sequence.forEach((g, index) => {
      m = beta1 * m + (1 - beta1) * g
      v = beta2 * v + (1 - beta2) * g ** 2
      const unbiased = { m: m / (1 - beta1 ** (index + 1)), v: v / (1 - beta2 ** (index + 1)) }
      w -= lr * (unbiased.m / (Math.sqrt(unbiased.v) + epsilon) + decay * w)
    })
    return w
  }
}

function momentumReference(lr: number, momentum: number, nesterov: boolean): Reference {
  return (sequence, start) => {
    let [w, v] = [start, 0]
    for (const g of sequence) {
      v = momentum * v + g
      w -= lr * (nesterov ? g + momentum * v : v)
    }
    return w
  }
}

function rmspropReference(lr: number, rho: number, epsilon: number): Reference {
  return (sequence, start) => {
    let [w, v] = [start, 0]
    for (const g of sequence) {
      v = rho * v + (1 - rho) * g ** 2
      w -= (lr * g) / (Math.sqrt(v) + epsilon)
    }
    return w
  }
}

export const optimizerCases = [
  { name: 'adam', args: {}, reference: adamReference(1e-3, 0.9, 0.999, 1e-7, 0) },
  {
    name: 'adam',
    args: { lr: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.01 },
    reference: adamReference(0.1, 0.5, 0.9, 0.01, 0),
  },
  {
    name: 'adamw',
    args: { lr: 0.1, weight_decay: 0.3 },
    reference: adamReference(0.1, 0.9, 0.999, 1e-7, 0.3),
  },
  { name: 'sgd', args: { lr: 0.1 }, reference: momentumReference(0.1, 0, false) },
  { name: 'sgd', args: { lr: 0.1, momentum: 0.9 }, reference: momentumReference(0.1, 0.9, false) },
  { name: 'sgd', args: { lr: 0.1, momentum: 0.9, nesterov: true }, reference: momentumReference(0.1, 0.9, true) },
  { name: 'rmsprop', args: { lr: 0.05, rho: 0.8 }, reference: rmspropReference(0.05, 0.8, 1e-7) },
]

export function createOptimizer(tf: Tf, name: string, args: (typeof optimizerCases)[number]['args']): Optimizer {
  const spec = optimizers.get(name)
  if (spec === undefined) throw new Error(name)
  return spec.create(callOf('optimizer', name, { ...args }).args, tf)
}

/** Six steps on three weights, each with its own scale of gradients; the result and what it should be. */
export async function takeSteps(
  tf: Tf,
  { name, args, reference }: (typeof optimizerCases)[number],
): Promise<readonly (readonly [number, number])[]> {
  const starts = [1, -0.5, 0.01]
  const scales = [1, -2, 0.1]
  const optimizer = createOptimizer(tf, name, args)
  const start = tf.tensor1d(starts)
  const variable = tf.variable(start)
  start.dispose()
  for (const g of gradients) {
    const gradient = tf.tensor1d(scales.map((scale) => scale * g))
    optimizer.step([variable], { [variable.name]: gradient })
    gradient.dispose()
  }
  const values = await variable.data()
  optimizer.dispose()
  variable.dispose()
  return starts.map((start, i) => {
    const scaled = gradients.map((g) => (scales[i] ?? Number.NaN) * g)
    return [values[i] ?? Number.NaN, reference(scaled, start)] as const
  })
}
