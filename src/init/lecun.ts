import { defineInit } from './init.ts'
import { distribution, withVariance } from './variance.ts'

/** LeCun et al. 1998, eq. 16: variance 1 / fan-in. */
export const lecun = defineInit({
  name: 'lecun',
  doc: 'Variance 1 / fan-in, for linear and SELU layers.',
  example: 'lecun(normal)',
  params: { distribution },
  distribution: (args, { fanIn }) => withVariance(args.distribution, 1 / fanIn),
})
