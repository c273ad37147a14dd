import { float } from '../registry/params.ts'
import { defineInit } from './init.ts'

export const uniform = defineInit({
  name: 'uniform',
  doc: 'Uniform between two fixed bounds, whatever the fan-in.',
  example: 'uniform(0, 1)',
  params: {
    a: float({ doc: 'One bound, included.' }),
    b: float({ doc: 'The other bound.' }),
  },
  distribution: ({ a, b }) => ({ kind: 'uniform', low: a, high: b }),
})
