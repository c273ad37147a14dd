import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs-core'
import { inputOf, kernelNames, sizes4 } from '../shapes.ts'
import { heapOf } from '../wasm-heap.ts'

const wmMul: KernelFunc = ({ inputs, backend }) => {
  const heap = heapOf(backend)
  const x = inputOf(inputs, 'x')
  const w = inputOf(inputs, 'w')
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(w, 'w')[3]
  const y = heap.allocate([batch, height, width, co])
  const pixels = height * width
  heap.run('wmMul', {
    items: pixels,
    operations: batch * pixels * ci * co,
    args: [heap.pointer(x), heap.pointer(w), heap.pointer(y), batch, pixels, ci, co],
  })
  return y
}

const wmMulGradX: KernelFunc = ({ inputs, backend }) => {
  const heap = heapOf(backend)
  const dy = inputOf(inputs, 'dy')
  const w = inputOf(inputs, 'w')
  const batch = sizes4(dy, 'dy')[0]
  const [height, width, ci, co] = sizes4(w, 'w')
  const dx = heap.allocate([batch, height, width, ci])
  const pixels = height * width
  heap.run('wmMulGradX', {
    items: pixels,
    operations: batch * pixels * ci * co,
    scratch: Math.max(32768, ci * co),
    args: [heap.pointer(dy), heap.pointer(w), heap.pointer(dx), batch, pixels, ci, co],
  })
  return dx
}

const wmMulGradW: KernelFunc = ({ inputs, backend }) => {
  const heap = heapOf(backend)
  const x = inputOf(inputs, 'x')
  const dy = inputOf(inputs, 'dy')
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(dy, 'dy')[3]
  const dw = heap.allocate([height, width, ci, co])
  const pixels = height * width
  heap.run('wmMulGradW', {
    items: pixels,
    operations: batch * pixels * ci * co,
    scratch: Math.max(32768, 64 * (ci + co)),
    args: [heap.pointer(x), heap.pointer(dy), heap.pointer(dw), batch, pixels, ci, co],
  })
  return dw
}

export const weightMapKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.wmMul, backendName: 'wasm', kernelFunc: wmMul },
  { kernelName: kernelNames.wmMulGradX, backendName: 'wasm', kernelFunc: wmMulGradX },
  { kernelName: kernelNames.wmMulGradW, backendName: 'wasm', kernelFunc: wmMulGradW },
]
