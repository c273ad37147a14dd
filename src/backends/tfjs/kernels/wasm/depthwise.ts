import {
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { type ConvAttributes, convInfo } from '../geometry.ts'
import { inputOf } from '../shapes.ts'
import { heapOf, type WasmHeap } from '../wasm-heap.ts'

/** Runs the one wasm function of both gradients; `x` or `filter` is the array it writes. */
function runGradient(
  heap: WasmHeap,
  attributes: ConvAttributes,
  arrays: { readonly x: TensorInfo; readonly filter: TensorInfo; readonly dy: TensorInfo },
  toInput: boolean,
): void {
  const info = convInfo(attributes, arrays.x.shape, arrays.filter.shape, true)
  heap.run('depthwiseGrad', {
    items: toInput ? info.batchSize : 1,
    operations: util.sizeFromShape(info.outShape) * info.filterHeight * info.filterWidth,
    args: [
      ...[heap.pointer(arrays.x), heap.pointer(arrays.filter), heap.pointer(arrays.dy), toInput ? 1 : 0],
      ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outChannels / info.inChannels],
      ...[info.outHeight, info.outWidth, info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
      ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
    ],
  })
}

const filterGradient: KernelFunc = ({ inputs, attrs, backend }) => {
  const heap = heapOf(backend)
  const attributes = attrs as unknown as ConvAttributes
  const filter = heap.allocate(attributes.filterShape ?? [])
  runGradient(heap, attributes, { x: inputOf(inputs, 'x'), filter, dy: inputOf(inputs, 'dy') }, false)
  return filter
}

const inputGradient: KernelFunc = ({ inputs, attrs, backend }) => {
  const heap = heapOf(backend)
  const attributes = attrs as unknown as ConvAttributes
  const x = heap.allocate(attributes.inputShape ?? [])
  runGradient(heap, attributes, { x, filter: inputOf(inputs, 'filter'), dy: inputOf(inputs, 'dy') }, true)
  return x
}

export const depthwiseKernels: readonly KernelConfig[] = [
  { kernelName: DepthwiseConv2dNativeBackpropFilter, backendName: 'wasm', kernelFunc: filterGradient },
  { kernelName: DepthwiseConv2dNativeBackpropInput, backendName: 'wasm', kernelFunc: inputGradient },
]
