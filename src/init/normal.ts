import { float } from '../registry/params.ts'
import { defineInit } from './init.ts'

export const normal = defineInit({
  name: 'normal',
  doc: 'Normal with mean 0 and a fixed standard deviation, whatever the fan-in.',
  example: 'normal(std=0.05)',
  params: { std: float({ min: 0, openMin: true, doc: 'Standard deviation.' }) },
  distribution: ({ std }) => ({ kind: 'normal', std }),
})
