import { float } from '../registry/params.ts'
import { defineInit } from './init.ts'

/**
 * Saxe et al. 2014. The array is read as a matrix [all but the last dimension, last dimension], as in Keras;
 * the shorter side's vectors come out orthogonal, each of length `gain`.
 */
export const orthogonal = defineInit({
  name: 'orthogonal',
  doc: 'Orthogonal columns (rows, where there are fewer) of length gain.',
  example: 'orthogonal(gain=1)',
  params: { gain: float({ min: 0, openMin: true, default: 1, doc: 'Length of each vector.' }) },
  distribution: ({ gain }) => ({ kind: 'orthogonal', gain }),
})
