// TensorFlow with oneDNN (seen in 2.21, on a processor with AVX-512) writes beyond its memory in the filter gradient of some small
// strided 1×1 convolutions. Such a convolution is one with stride 1 of the pixels that it reads, which are taken out first.
import { Conv2DBackpropFilter, type KernelConfig, type KernelFunc, type Tensor } from '@tensorflow/tfjs-core'
import { inputOf, sizes4 } from '../shapes.ts'

interface Attributes {
  readonly strides: number | readonly [number, number]
  readonly filterShape: readonly [number, number, number, number]
}

function filterGradient(stock: KernelFunc, stridedSlice: KernelFunc): KernelFunc {
  return (args) => {
    const { strides, filterShape } = args.attrs as unknown as Attributes
    const [down, right] = [strides].flat() as [number, number?]
    const step = [1, down, right ?? down, 1]
    const isStrided = step.some((size) => size > 1)
    if (filterShape[0] !== 1 || filterShape[1] !== 1 || !isStrided) return stock(args)
    const x = inputOf(args.inputs, 'x')
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 }
    const attrs = { begin: [0, 0, 0, 0], end: [...sizes4(x, 'x')], strides: step, ...masks }
    const read = stridedSlice({ inputs: { x }, attrs, backend: args.backend }) as Tensor
    const gradient = stock({ ...args, inputs: { ...args.inputs, x: read }, attrs: { ...args.attrs, strides: [1, 1] } })
    read.dispose()
    return gradient
  }
}

/** `stock` are tfjs's kernels. */
export function convKernels(stock: {
  readonly filter: KernelFunc
  readonly stridedSlice: KernelFunc
}): readonly KernelConfig[] {
  const kernelFunc = filterGradient(stock.filter, stock.stridedSlice)
  return [{ kernelName: Conv2DBackpropFilter, backendName: 'tensorflow', kernelFunc }]
}
