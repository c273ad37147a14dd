// tfjs's wasm backend has no Conv2DBackpropFilter, and its Conv2DBackpropInput is a scalar loop, ten times slower than its
// forward convolution (XNNPACK). So the input's gradient is computed as the forward convolution that it is.
import {
  type backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type ConvAttributes, convInfo } from '../geometry.ts'
import { inputOf } from '../shapes.ts'
import { heapOf, type WasmHeap } from '../wasm-heap.ts'

const filterGradient: KernelFunc = ({ inputs, attrs, backend }) => {
  const heap = heapOf(backend)
  const attributes = attrs as unknown as ConvAttributes
  if (attributes.dataFormat === 'NCHW') throw new Error('the wasm backend convolves NHWC only')
  const x = inputOf(inputs, 'x')
  const dy = inputOf(inputs, 'dy')
  const info = convInfo(attributes, x.shape, attributes.filterShape, false)
  const { outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } =
    info
  const seenHeight = (outHeight - 1) * strideHeight + (filterHeight - 1) * dilationHeight + 1
  const seenWidth = (outWidth - 1) * strideWidth + (filterWidth - 1) * dilationWidth + 1
  const dw = heap.allocate(info.filterShape)
  // Without dilation a row of the filter is one product over all of its inputs.
  const wide = dilationWidth === 1
  const taps = wide ? filterHeight : filterHeight * filterWidth
  const rows = wide ? filterWidth * info.inChannels : info.inChannels
  heap.run('convFilterGrad', {
    items: taps * Math.ceil(rows / 4),
    operations: info.batchSize * outHeight * outWidth * info.outChannels * taps * rows,
    scratch: seenHeight * seenWidth * info.inChannels,
    args: [
      ...[heap.pointer(x), heap.pointer(dy), heap.pointer(dw)],
      ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
      ...[outHeight, outWidth, info.outChannels, filterHeight, filterWidth],
      ...[strideHeight, strideWidth, dilationHeight, dilationWidth, info.padInfo.top, info.padInfo.left],
    ],
  })
  return dw
}

/** Zeros around the (spread) gradient, [[top, bottom], [left, right]]; negative where tfjs's own kernel must help. */
function transposedPadding(info: backend_util.Conv2DInfo): readonly [readonly number[], readonly number[]] {
  const top = info.effectiveFilterHeight - 1 - info.padInfo.top
  const left = info.effectiveFilterWidth - 1 - info.padInfo.left
  const bottom = info.inHeight - 1 - (info.outHeight - 1) * info.strideHeight + info.padInfo.top
  const right = info.inWidth - 1 - (info.outWidth - 1) * info.strideWidth + info.padInfo.left
  return [
    [top, bottom],
    [left, right],
  ]
}

function rotatedFilter(heap: WasmHeap, filter: TensorInfo, info: backend_util.Conv2DInfo): TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info
  const rotated = heap.allocate([filterHeight, filterWidth, outChannels, inChannels])
  const taps = filterHeight * filterWidth
  const args = [heap.pointer(filter), heap.pointer(rotated), taps, inChannels, outChannels]
  heap.run('rotateFilter', { items: taps, operations: taps * inChannels * outChannels, args })
  return rotated
}

function spreadGradient(heap: WasmHeap, dy: TensorInfo, info: backend_util.Conv2DInfo): TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels, strideHeight, strideWidth } = info
  const height = (outHeight - 1) * strideHeight + 1
  const width = (outWidth - 1) * strideWidth + 1
  const spread = heap.allocate([batchSize, height, width, outChannels])
  const args = [heap.pointer(dy), heap.pointer(spread), outHeight, outWidth, outChannels, strideHeight, strideWidth]
  heap.run('spread', { items: batchSize, operations: batchSize * height * width * outChannels, args })
  return spread
}

function inputGradient(stock: { readonly conv: KernelFunc; readonly input: KernelFunc }): KernelFunc {
  return (args) => {
    const heap = heapOf(args.backend)
    const attributes = args.attrs as unknown as ConvAttributes
    const dy = inputOf(args.inputs, 'dy')
    const filter = inputOf(args.inputs, 'filter')
    const info = convInfo(attributes, attributes.inputShape, filter.shape, false)
    const pad = transposedPadding(info)
    if (pad.flat().some((zeros) => zeros < 0)) return stock.input(args)
    const strided = info.strideHeight > 1 || info.strideWidth > 1
    const x = strided ? spreadGradient(heap, dy, info) : dy
    const rotated = rotatedFilter(heap, filter, info)
    const dx = stock.conv({
      backend: args.backend,
      inputs: { x, filter: rotated },
      attrs: {
        strides: [1, 1],
        pad: [[0, 0], [...pad[0]], [...pad[1]], [0, 0]],
        dataFormat: 'NHWC',
        dilations: [info.dilationHeight, info.dilationWidth],
      },
    })
    heap.dispose(rotated)
    if (strided) heap.dispose(x)
    return dx
  }
}

/** `stock` are tfjs's kernels: the convolution, and the input's gradient for padding wider than the filter. */
export function convKernels(stock: { readonly conv: KernelFunc; readonly input: KernelFunc }): readonly KernelConfig[] {
  return [
    { kernelName: Conv2DBackpropFilter, backendName: 'wasm', kernelFunc: filterGradient },
    { kernelName: Conv2DBackpropInput, backendName: 'wasm', kernelFunc: inputGradient(stock) },
  ]
}
