import { describeOnOptional } from '../numeric/optional-backend.ts'
import { testNetworks } from './networks-suite.ts'

// Of equal largest values in a window of maxpool, tfjs's webgpu backend gives the gradient to the last and not to the first.
const withMaxpool = ['densely', 'densely_unsharp']

await describeOnOptional('webgpu', () => testNetworks(withMaxpool))
