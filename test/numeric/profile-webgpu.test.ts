import { describeOnOptional } from './optional-backend.ts'
import { testProfile } from './profile-suite.ts'

await describeOnOptional('webgpu', () => testProfile('webgpu'))
