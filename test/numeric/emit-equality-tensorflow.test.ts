import { beforeAll } from 'vitest'
import { composeKernels, testEquality } from '../emit-equality-suite.ts'
import { exampleVariants } from '../emit-fixtures.ts'
import { describeOnOptional } from './optional-backend.ts'

/** One variant of each example: this backend is tried for what it computes, not for what networks can be. */
const networks = [...new Map(exampleVariants.map((each) => [each[0].split(' ')[0], each])).values()]

await describeOnOptional('tensorflow', () => {
  beforeAll(composeKernels)
  testEquality(networks)
})
