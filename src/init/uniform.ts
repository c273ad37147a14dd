import { float } from '../registry/params.ts'
import { defineInit, fill } from './init.ts'

export const uniform = defineInit({
  name: 'uniform',
  doc: 'Uniform between two fixed bounds, whatever the fan-in.',
  example: 'uniform(0, 1)',
  params: {
    a: float({ doc: 'One bound, included.' }),
    b: float({ doc: 'The other bound.' }),
  },
  sample: (args, target, random) => fill(target.shape, () => args.a + (args.b - args.a) * random.uniform()),
})
