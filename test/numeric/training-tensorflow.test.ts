import { describeOnOptional } from './optional-backend.ts'
import { testTraining } from './training-suite.ts'

await describeOnOptional('tensorflow', testTraining)
