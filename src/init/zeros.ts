import { defineInit, fill } from './init.ts'

export const zeros = defineInit({
  name: 'zeros',
  doc: 'Zero everywhere.',
  example: 'zeros',
  params: {},
  sample: (_args, target) => fill(target.shape, () => 0),
})
