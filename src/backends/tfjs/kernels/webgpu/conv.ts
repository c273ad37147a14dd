// tfjs's Conv2DBackpropFilter has one thread per weight, each of which walks over all images. This one is a tiled product over
// the pixels in slices, whose partial sums are added in one order: fast where there are few weights, and deterministic.
import {
  type backend_util,
  Conv2DBackpropFilter,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type ConvAttributes, convInfo } from '../geometry.ts'
import { inputOf } from '../shapes.ts'
import { deviceOf, workgroupSize } from '../webgpu-device.ts'
import { countTiles, type Tile, tiledProduct, tileFor } from './tiled-product.ts'

/** Workgroups that keep a large card busy, and the pixels below which a slice is not worth its partial sums. */
const wantedWorkgroups = 1024
const leastPixels = 128

/** A is x as [weight rows (i, j, ci), pixels], B is dy as [pixels, co]; slice z has the pixels from z·depth on. */
const functions = `
  fn readA(z : i32, m : i32, k : i32) -> f32 {
    let pixel = z * uniforms.depth + k;
    if (pixel >= uniforms.pixels) { return 0.0; }
    let channel = m % uniforms.channels;
    let tap = m / uniforms.channels;
    let image = pixel / (uniforms.outHeight * uniforms.outWidth);
    let row = pixel / uniforms.outWidth % uniforms.outHeight * uniforms.strideHeight
      + tap / uniforms.filterWidth * uniforms.dilationHeight - uniforms.top;
    let column = pixel % uniforms.outWidth * uniforms.strideWidth
      + tap % uniforms.filterWidth * uniforms.dilationWidth - uniforms.left;
    if (row < 0 || row >= uniforms.inHeight || column < 0 || column >= uniforms.inWidth) { return 0.0; }
    return x[((image * uniforms.inHeight + row) * uniforms.inWidth + column) * uniforms.channels + channel];
  }
  fn readB(z : i32, k : i32, n : i32) -> f32 {
    let pixel = z * uniforms.depth + k;
    if (pixel >= uniforms.pixels) { return 0.0; }
    return dy[pixel * uniforms.ns + n];
  }
  fn indexC(z : i32, m : i32, n : i32) -> i32 { return (z * uniforms.ms + m) * uniforms.ns + n; }`

const sumSlices = `
  fn main(index : i32) {
    if (index >= uniforms.count) { return; }
    var sum = 0.0;
    for (var z = 0; z < uniforms.slices; z++) { sum += partial[z * uniforms.count + index]; }
    result[index] = sum;
  }`

/** How many slices the pixels are cut into, and the pixels of each. */
function slicesFor(pixels: number, tiles: number): { readonly slices: number; readonly depth: number } {
  const wanted = Math.min(Math.ceil(wantedWorkgroups / tiles), Math.ceil(pixels / leastPixels))
  const depth = Math.ceil(pixels / wanted)
  return { slices: Math.ceil(pixels / depth), depth }
}

function partialSums(
  backend: unknown,
  x: TensorInfo,
  dy: TensorInfo,
  info: backend_util.Conv2DInfo,
): { readonly partial: TensorInfo; readonly slices: number } {
  const rows = info.filterHeight * info.filterWidth * info.inChannels
  const pixels = info.batchSize * info.outHeight * info.outWidth
  const tile: Tile = tileFor(rows, info.outChannels, pixels)
  const { slices, depth } = slicesFor(pixels, countTiles(1, rows, info.outChannels, tile))
  const { inHeight, inWidth, outHeight, outWidth, filterWidth, strideHeight, strideWidth } = info
  const { dilationHeight, dilationWidth, padInfo } = info
  const partial = deviceOf(backend).create([slices, rows, info.outChannels], {
    code: tiledProduct({ functions, aAlongK: false, bAlongK: false, tile }),
    inputs: { x, dy },
    integers: {
      ...{ zs: slices, ms: rows, ns: info.outChannels, depth, pixels, channels: info.inChannels },
      ...{ inHeight, inWidth, outHeight, outWidth, filterWidth, strideHeight, strideWidth },
      ...{ dilationHeight, dilationWidth, top: padInfo.top, left: padInfo.left },
    },
    workgroups: countTiles(slices, rows, info.outChannels, tile),
  })
  return { partial, slices }
}

function filterGradient(stock: KernelFunc): KernelFunc {
  return (args) => {
    const attributes = args.attrs as unknown as ConvAttributes
    if (attributes.dataFormat === 'NCHW') return stock(args)
    const x = inputOf(args.inputs, 'x')
    const info = convInfo(attributes, x.shape, attributes.filterShape, false)
    const { partial, slices } = partialSums(args.backend, x, inputOf(args.inputs, 'dy'), info)
    const count = info.filterShape.reduce((a, b) => a * b, 1)
    const device = deviceOf(args.backend)
    const sum = device.create(info.filterShape, {
      code: sumSlices,
      inputs: { partial },
      integers: { count, slices },
      workgroups: Math.ceil(count / workgroupSize),
    })
    device.dispose(partial)
    return sum
  }
}

/** `stock` is tfjs's kernel, which still serves NCHW. */
export function convKernels(stock: { readonly filter: KernelFunc }): readonly KernelConfig[] {
  return [{ kernelName: Conv2DBackpropFilter, backendName: 'webgpu', kernelFunc: filterGradient(stock.filter) }]
}
