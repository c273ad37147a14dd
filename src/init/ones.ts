import { defineInit } from './init.ts'

export const ones = defineInit({
  name: 'ones',
  doc: 'One everywhere.',
  example: 'ones',
  params: {},
  distribution: () => ({ kind: 'constant', value: 1 }),
})
