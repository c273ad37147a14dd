// wmMul and the box on backends without own kernels (webgpu, tensorflow), from stock operations that all have gradients.
import { avgPool, matMul, mul, pad, reshape, type Tensor3D, type Tensor4D, transpose } from '@tensorflow/tfjs-core'
import { sizes4 } from '../kernels/shapes.ts'

/** One matrix product [B, Cᵢ]·[Cᵢ, Cₒ] per pixel. */
export function composeWmMul(x: Tensor4D, w: Tensor4D): Tensor4D {
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(w, 'w')[3]
  const pixels = height * width
  const perPixel = transpose(reshape(x, [batch, pixels, ci]), [1, 0, 2])
  const product: Tensor3D = matMul(perPixel, reshape(w, [pixels, ci, co]))
  return reshape(transpose(product, [1, 0, 2]), [batch, height, width, co])
}

/** Average pooling leaves padding out of its count, so the zeros are put there first, and the mean times k² is the sum. */
export function composeBox(x: Tensor4D, k: number, stride: number, padding: number): Tensor4D {
  const zeros: [number, number] = [padding, padding]
  const padded = padding === 0 ? x : pad(x, [[0, 0], zeros, zeros, [0, 0]])
  return mul(avgPool(padded, k, stride, 'valid'), k * k)
}
