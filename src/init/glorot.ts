import { defineInit } from './init.ts'
import { distribution, withVariance } from './variance.ts'

/** Glorot and Bengio 2010, eq. 12 and 16: variance 2 / (fan-in + fan-out). */
export const glorot = defineInit({
  name: 'glorot',
  doc: 'Variance 2 / (fan-in + fan-out), for linear, tanh and sigmoid layers.',
  example: 'glorot(uniform)',
  params: { distribution },
  distribution: (args, { fanIn, fanOut }) => withVariance(args.distribution, 2 / (fanIn + fanOut)),
})
