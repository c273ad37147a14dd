import { beforeAll, describe } from 'vitest'
import { testKernels } from './kernel-suite.ts'
import { backends, startBackend } from './start-backend.ts'

describe.each(backends)('kernels on %s equal their float64 reference', (backend) => {
  beforeAll(() => startBackend(backend))
  testKernels()
})
