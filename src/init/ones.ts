import { defineInit, fill } from './init.ts'

export const ones = defineInit({
  name: 'ones',
  doc: 'One everywhere.',
  example: 'ones',
  params: {},
  sample: (_args, target) => fill(target.shape, () => 1),
})
