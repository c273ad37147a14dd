import { testKernels } from './kernel-suite.ts'
import { describeOnOptional } from './optional-backend.ts'

await describeOnOptional('tensorflow', testKernels)
