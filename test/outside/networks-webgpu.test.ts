import { describeOnOptional } from '../numeric/optional-backend.ts'
import { testNetworks } from './networks-suite.ts'

// A software driver takes about ten seconds for each. None with maxpool: of equal largest values in a window, tfjs's webgpu backend gives
// the gradient to the last and not to the first.
const some = ['cnn', 'smooth_bn', 'unsharp', 'residual_smooth']

await describeOnOptional('webgpu', () => testNetworks(some))
