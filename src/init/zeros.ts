import { defineInit } from './init.ts'

export const zeros = defineInit({
  name: 'zeros',
  doc: 'Zero everywhere.',
  example: 'zeros',
  params: {},
  distribution: () => ({ kind: 'constant', value: 0 }),
})
