import { beforeAll } from 'vitest'
import { composeKernels, testEquality } from '../emit-equality-suite.ts'
import { describeOnOptional } from './optional-backend.ts'

// The examples are too large for a software driver.
await describeOnOptional('webgpu', () => {
  beforeAll(composeKernels)
  testEquality([])
})
