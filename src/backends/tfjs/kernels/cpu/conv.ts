// tfjs's own kernel goes through an index function per element and runs at 0.02 GFLOP/s, which makes training
// on the cpu backend impossible. This one keeps tfjs's precision (float64 sums, rounded once).
import { type backend_util, Conv2DBackpropFilter, type KernelConfig, type KernelFunc } from '@tensorflow/tfjs-core'
import { type ConvAttributes, convInfo } from '../geometry.ts'
import { inputOf } from '../shapes.ts'
import { floatsOf, makeTensor } from './arrays.ts'

/** One output pixel's share: dw[i, j, ci, co] += x[row + i, column + j, ci] · dy[co] for the taps inside the image. */
function addPixel(
  info: backend_util.Conv2DInfo,
  xs: Float32Array,
  dys: Float32Array,
  sums: Float64Array,
  place: { readonly image: number; readonly row: number; readonly column: number; readonly dy: number },
): void {
  const { inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth, dilationHeight, dilationWidth } = info
  for (let i = 0; i < filterHeight; i++) {
    const row = place.row + i * dilationHeight
    if (row < 0 || row >= inHeight) continue
    for (let j = 0; j < filterWidth; j++) {
      const column = place.column + j * dilationWidth
      if (column < 0 || column >= inWidth) continue
      const from = ((place.image * inHeight + row) * inWidth + column) * inChannels
      let at = (i * filterWidth + j) * inChannels * outChannels
      for (let c = 0; c < inChannels; c++) {
        const value = xs[from + c] as number
        for (let o = 0; o < outChannels; o++, at++) {
          sums[at] = (sums[at] as number) + value * (dys[place.dy + o] as number)
        }
      }
    }
  }
}

function filterGradient(stock: KernelFunc): KernelFunc {
  return (args) => {
    const attributes = args.attrs as unknown as ConvAttributes
    if (attributes.dataFormat === 'NCHW') return stock(args)
    const x = inputOf(args.inputs, 'x')
    const dy = inputOf(args.inputs, 'dy')
    const info = convInfo(attributes, x.shape, attributes.filterShape, false)
    const [xs, dys] = [floatsOf(args.backend, x), floatsOf(args.backend, dy)]
    const sums = new Float64Array(info.filterShape.reduce((a, b) => a * b))
    const { batchSize, outHeight, outWidth, outChannels, strideHeight, strideWidth, padInfo } = info
    let at = 0
    for (let image = 0; image < batchSize; image++) {
      for (let y = 0; y < outHeight; y++) {
        for (let x = 0; x < outWidth; x++, at += outChannels) {
          const place = { image, row: y * strideHeight - padInfo.top, column: x * strideWidth - padInfo.left, dy: at }
          addPixel(info, xs, dys, sums, place)
        }
      }
    }
    return makeTensor(args.backend, info.filterShape, Float32Array.from(sums))
  }
}

/** `stock` is tfjs's kernel, which still serves NCHW. */
export function convKernels(stock: { readonly filter: KernelFunc }): readonly KernelConfig[] {
  return [{ kernelName: Conv2DBackpropFilter, backendName: 'cpu', kernelFunc: filterGradient(stock.filter) }]
}
