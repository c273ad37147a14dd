import { defineInit } from './init.ts'
import { distribution, withVariance } from './variance.ts'

/** He et al. 2015, eq. 10: variance 2 / fan-in keeps the signal's scale through ReLU layers. */
export const he = defineInit({
  name: 'he',
  doc: 'Variance 2 / fan-in, for layers followed by ReLU.',
  example: 'he(normal)',
  params: { distribution },
  distribution: (args, { fanIn }) => withVariance(args.distribution, 2 / fanIn),
})
