import * as tf from '@tensorflow/tfjs-core'
import { registerOwnKernels } from '../kernels/register.ts'
import { registerGradients } from './gradients.ts'

export { ops } from './tensor-ops.ts'

/**
 * Registers wmnet's kernels for the backend that is active and ready. Idempotent.
 * @throws Error (a bug) where another backend is active than the one named, or tfjs's internals are not 4.22.0's.
 */
export async function registerKernels(backend: 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'): Promise<void> {
  if (tf.getBackend() !== backend) throw new Error(`registerKernels('${backend}'): the backend is ${tf.getBackend()}`)
  await registerOwnKernels(backend)
  registerGradients()
}
