// The two operations of the weight map layers. On tensorflow they are composed of tfjs's, elsewhere they are kernels of wmnet.
import * as tf from '@tensorflow/tfjs-core'
import { boxOutput, kernelNames, sizes4 } from '../kernels/shapes.ts'
import { boxKernel, wmMulKernel } from './gradients.ts'
import * as stock from './stock.ts'

function hasOwn(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null
}

/** x [B, H, W, Cᵢ] and w [H, W, Cᵢ, Cₒ] to [B, H, W, Cₒ]. Differentiable. */
export function wmMul(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  requireFloats(x, 'wmMul: x')
  requireFloats(w, 'wmMul: w')
  const [, height, width, ci] = sizes4(x, 'wmMul: x')
  const [wHeight, wWidth, wCi] = sizes4(w, 'wmMul: w')
  if (height !== wHeight || width !== wWidth || ci !== wCi) {
    throw new Error(`wmMul: x is [${x.shape.join(', ')}], but w is [${w.shape.join(', ')}]`)
  }
  return hasOwn(kernelNames.wmMul) ? wmMulKernel(x, w) : stock.wmMul(x, w)
}

/** [B, H, W, C] to [B, Hₒ, Wₒ, C]. Differentiable. */
export function box(x: tf.Tensor, k: number, stride: number, padding: number): tf.Tensor {
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
  return stock.box(x, k, stride, padding)
}

function requireFloats(tensor: tf.Tensor, what: string): void {
  if (tensor.dtype !== 'float32') throw new Error(`${what} is ${tensor.dtype}, not float32`)
}
