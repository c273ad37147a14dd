import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import type { TensorInfo } from '@tensorflow/tfjs-core'

/** The elements of a float32 tensor, in place. */
export function floatsOf(backend: unknown, tensor: TensorInfo): Float32Array {
  const { values } = (backend as MathBackendCPU).data.get(tensor.dataId)
  if (values instanceof Float32Array) return values
  throw new Error(`cpu kernels take float32, not ${tensor.dtype}`)
}

export function makeTensor(backend: unknown, shape: readonly number[], values: Float32Array): TensorInfo {
  return (backend as MathBackendCPU).makeTensorInfo([...shape], 'float32', values)
}
