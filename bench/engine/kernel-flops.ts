/** The second block of the small network: [batch, size, size, channels] in, as many channels out. */
export const [batch, size, channels] = [128, 26, 32] as const

const products = 2 * batch * size * size * channels * channels
const convolution = 2 * batch * (size - 2) ** 2 * 9 * channels * channels

/** Operations, 2 per multiply-add, of the kernels whose rate says something. */
export const kernelFlops: Readonly<Record<string, number>> = {
  'conv2d 3x3': convolution,
  'conv2d filter gradient': convolution,
  'conv2d input gradient': convolution,
  'WmMul forward': products,
  'WmMul input gradient': products,
  'WmMul weight gradient': products,
}
