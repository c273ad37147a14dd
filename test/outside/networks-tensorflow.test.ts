import { describeOnOptional } from '../numeric/optional-backend.ts'
import { testNetworks } from './networks-suite.ts'

await describeOnOptional('tensorflow', testNetworks)
