import { float } from '../registry/params.ts'
import { defineInit } from './init.ts'

export const constant = defineInit({
  name: 'constant',
  doc: 'One number everywhere.',
  example: 'constant(0.1)',
  params: { value: float({ doc: 'The number.' }) },
  distribution: ({ value }) => ({ kind: 'constant', value }),
})
