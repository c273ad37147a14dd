import { defineInit } from './init.ts'
import { distribution, sampleVariance } from './variance.ts'

/** Glorot and Bengio 2010, eq. 12 and 16: variance 2 / (fan-in + fan-out). */
export const glorot = defineInit({
  name: 'glorot',
  doc: 'Variance 2 / (fan-in + fan-out), for linear, tanh and sigmoid layers.',
  example: 'glorot(uniform)',
  params: { distribution },
  sample: (args, target, random) =>
    sampleVariance(args.distribution, 2 / (target.fanIn + target.fanOut), target, random),
})
