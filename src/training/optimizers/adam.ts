import { float } from '../../registry/params.ts'
import { adamRule } from './adam-rule.ts'
import { defineOptimizer } from './optimizer.ts'

/** Kingma & Ba 2015, algorithm 1. */
export const adam = defineOptimizer({
  name: 'adam',
  doc: 'Adam: steps scaled by running moments of the gradient.',
  example: 'adam(lr=1e-3)',
  params: {
    lr: float({ doc: 'Learning rate.', default: 1e-3, min: 0, openMin: true }),
    beta1: float({ doc: 'Decay of the mean.', default: 0.9, min: 0, max: 1, openMax: true }),
    beta2: float({ doc: 'Decay of the mean square.', default: 0.999, min: 0, max: 1, openMax: true }),
    // 1e-7 as Keras and TensorFlow.js have it (the article and PyTorch: 1e-8), so that a run here
    // can be compared with one there. In float32 the difference shows only for gradients near 1e-7.
    epsilon: float({ doc: 'Added to the root of the mean square.', default: 1e-7, min: 0, openMin: true }),
  },
  create: (args, tf) => adamRule(tf, args, 0),
})
