// tfjs's own pooling gradients are scalar loops over windows per input element, ten times slower than these.
import { AvgPoolGrad, backend_util, type KernelConfig, type KernelFunc, MaxPoolGrad, util } from '@tensorflow/tfjs-core'
import { inputOf, sizes4 } from '../shapes.ts'
import { heapOf } from '../wasm-heap.ts'

interface PoolAttributes {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof backend_util.computePool2DInfo>[4]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

function poolInfo(shape: readonly number[], attributes: PoolAttributes): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const sizes = sizes4({ shape }, 'x')
  return backend_util.computePool2DInfo(sizes, filterSize, strides, 1, pad, dimRoundingMode)
}

const maxPoolGrad: KernelFunc = ({ inputs, attrs, backend }) => {
  const heap = heapOf(backend)
  const x = inputOf(inputs, 'input')
  const y = inputOf(inputs, 'output')
  const dy = inputOf(inputs, 'dy')
  const info = poolInfo(x.shape, attrs as unknown as PoolAttributes)
  const dx = heap.allocate(x.shape)
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info
  heap.run('maxPoolGrad', {
    items: info.batchSize,
    operations: util.sizeFromShape(info.outShape) * filterHeight * filterWidth,
    args: [
      ...[heap.pointer(x), heap.pointer(y), heap.pointer(dy), heap.pointer(dx)],
      ...[info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
      ...[filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left],
    ],
  })
  return dx
}

/** The gradient of average pooling is the adjoint of a box filter over k²: square windows; tfjs's kernel has the rest. */
function avgPoolGrad(stock: KernelFunc): KernelFunc {
  return (args) => {
    const x = inputOf(args.inputs, 'input')
    const dy = inputOf(args.inputs, 'dy')
    const info = poolInfo(x.shape, args.attrs as unknown as PoolAttributes)
    const { filterHeight: k, strideHeight: stride, padInfo, outHeight, outWidth, inHeight, inWidth } = info
    const { top, bottom, left, right } = padInfo
    const square = info.filterWidth === k && info.strideWidth === stride && top === left
    if (!square || bottom < top || right < left) return stock(args)
    const heap = heapOf(args.backend)
    const dx = heap.allocate(x.shape)
    const margin = k - 1 - top
    heap.run('box', {
      items: info.batchSize,
      operations: util.sizeFromShape(info.inShape) * k,
      scratch: (outWidth + 2 * Math.max(0, margin)) * info.inChannels,
      args: [
        ...[heap.pointer(dy), heap.pointer(dx), outHeight, outWidth, info.inChannels],
        ...[inHeight, inWidth, k, stride, top, 1, margin, 1 / (k * k)],
      ],
    })
    return dx
  }
}

/** `stock` is tfjs's kernel, which still serves windows that are not square. */
export function poolKernels(stock: { readonly average: KernelFunc }): readonly KernelConfig[] {
  return [
    { kernelName: MaxPoolGrad, backendName: 'wasm', kernelFunc: maxPoolGrad },
    { kernelName: AvgPoolGrad, backendName: 'wasm', kernelFunc: avgPoolGrad(stock.average) },
  ]
}
