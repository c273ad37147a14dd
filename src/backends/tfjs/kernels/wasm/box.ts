import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs-core'
import { type BoxAttributes, boxOutput, inputOf, kernelNames, sizes4 } from '../shapes.ts'
import { heapOf } from '../wasm-heap.ts'

/** The box and its adjoint are one wasm function; they read x or dy and write the other's shape. */
function boxKernel(input: string, adjoint: boolean): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const heap = heapOf(backend)
    const { k, stride, padding, height, width } = attrs as unknown as BoxAttributes
    const source = inputOf(inputs, input)
    const [batch, h, w, c] = sizes4(source, input)
    const oh = adjoint ? height : boxOutput(h, k, stride, padding)
    const ow = adjoint ? width : boxOutput(w, k, stride, padding)
    const target = heap.allocate([batch, oh, ow, c])
    // The adjoint of an unstrided box with padding p is a box with padding k − 1 − p.
    const margin = adjoint ? k - 1 - padding : padding
    const arrays = [heap.pointer(source), heap.pointer(target)]
    heap.run('box', {
      items: batch,
      operations: batch * oh * w * c * k,
      scratch: (w + 2 * Math.max(0, margin)) * c,
      args: [...arrays, h, w, c, oh, ow, k, stride, padding, adjoint ? 1 : 0, margin, 1],
    })
    return target
  }
}

export const boxKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.box, backendName: 'wasm', kernelFunc: boxKernel('x', false) },
  { kernelName: kernelNames.boxGrad, backendName: 'wasm', kernelFunc: boxKernel('dy', true) },
]
