import { float } from '../../registry/params.ts'
import { adamRule } from './adam-rule.ts'
import { defineOptimizer } from './optimizer.ts'

/** Loshchilov & Hutter 2019, algorithm 2: the decay stays out of the moments. */
export const adamw = defineOptimizer({
  name: 'adamw',
  doc: 'Adam with decoupled weight decay on every trainable weight, biases included.',
  example: 'adamw(lr=1e-3, weight_decay=0.01)',
  params: {
    lr: float({ doc: 'Learning rate.', default: 1e-3, min: 0, openMin: true }),
    weight_decay: float({ doc: 'Per step, times the learning rate.', default: 0.01, min: 0 }),
    beta1: float({ doc: 'Decay of the mean.', default: 0.9, min: 0, max: 1, openMax: true }),
    beta2: float({ doc: 'Decay of the mean square.', default: 0.999, min: 0, max: 1, openMax: true }),
    epsilon: float({ doc: 'Added to the root of the mean square.', default: 1e-7, min: 0, openMin: true }),
  },
  create: (args, tf) => adamRule(tf, args, args.weight_decay),
})
