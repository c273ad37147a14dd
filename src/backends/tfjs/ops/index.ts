// The operations that layers get besides tfjs's own. On tensorflow they are composed of tfjs's, elsewhere they are kernels of wmnet.
import * as tf from '@tensorflow/tfjs-core'
import type { TensorOps } from '../../../layers/layer.ts'
import { registerOwnKernels } from '../kernels/register.ts'
import { boxOutput, kernelNames, sizes4 } from '../kernels/shapes.ts'
import { composeBox, composeWmMul } from './composed.ts'
import { boxKernel, registerGradients, wmMulKernel } from './gradients.ts'

/**
 * Registers wmnet's kernels for the backend that is active and ready. Idempotent.
 * @throws Error (a bug) where another backend is active than the one named, or tfjs's internals are not 4.22.0's.
 */
export async function registerKernels(backend: 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'): Promise<void> {
  if (tf.getBackend() !== backend) throw new Error(`registerKernels('${backend}'): the backend is ${tf.getBackend()}`)
  if (backend !== 'tensorflow') await registerOwnKernels(backend)
  registerGradients()
}

function hasOwn(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null
}

function wmMul(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  requireFloats(x, 'wmMul: x')
  requireFloats(w, 'wmMul: w')
  const [, height, width, ci] = sizes4(x, 'wmMul: x')
  const [wHeight, wWidth, wCi] = sizes4(w, 'wmMul: w')
  if (height !== wHeight || width !== wWidth || ci !== wCi) {
    throw new Error(`wmMul: x is [${x.shape.join(', ')}], but w is [${w.shape.join(', ')}]`)
  }
  return hasOwn(kernelNames.wmMul) ? wmMulKernel(x, w) : composeWmMul(x, w)
}

function box(x: tf.Tensor4D, k: number, stride: number, padding: number): tf.Tensor4D {
  requireFloats(x, 'box: x')
  const [, height, width] = sizes4(x, 'box: x')
  const whole = [k, stride, padding].every(Number.isInteger)
  if (!whole || k < 1 || stride < 1 || padding < 0) {
    throw new Error(`box: k=${k}, stride=${stride}, padding=${padding}`)
  }
  if (boxOutput(Math.min(height, width), k, stride, padding) < 1) {
    throw new Error(`box: x is [${x.shape.join(', ')}], smaller than k=${k} with padding=${padding}`)
  }
  if (hasOwn(kernelNames.box)) return boxKernel(x, { k, stride, padding, height, width })
  return composeBox(x, k, stride, padding)
}

function requireFloats(tensor: tf.Tensor, what: string): void {
  if (tensor.dtype !== 'float32') throw new Error(`${what} is ${tensor.dtype}, not float32`)
}

export const ops: TensorOps = { tf, wmMul, box }
