// wmMul and its two transposes are one product per pixel, C = A·B, that differ in how A, B and C lie in memory.
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { inputOf, kernelNames, sizes4 } from '../shapes.ts'
import { deviceOf } from '../webgpu-device.ts'
import { countTiles, tiledProduct, tileFor } from './tiled-product.ts'

/** Distances between neighbours along each index, in elements. */
interface Strides {
  readonly pixel: number
  readonly row: number
  readonly column: number
}

interface PixelProduct {
  readonly a: { readonly tensor: TensorInfo; readonly strides: Strides }
  readonly b: { readonly tensor: TensorInfo; readonly strides: Strides }
  readonly c: { readonly shape: readonly number[]; readonly strides: Strides }
  readonly pixels: number
  readonly m: number
  readonly n: number
  readonly depth: number
}

/** Of x or y, [batch, pixels, channels] as rows by batch and columns by channel. */
const images = (pixels: number, channels: number): Strides => ({
  pixel: channels,
  row: pixels * channels,
  column: 1,
})
const maps = (ci: number, co: number): Strides => ({ pixel: ci * co, row: co, column: 1 })
const transpose = ({ pixel, row, column }: Strides): Strides => ({ pixel, row: column, column: row })

const functions = `
  fn readA(z : i32, m : i32, k : i32) -> f32 { return a[z * uniforms.az + m * uniforms.am + k * uniforms.ak]; }
  fn readB(z : i32, k : i32, n : i32) -> f32 { return b[z * uniforms.bz + k * uniforms.bk + n * uniforms.bn]; }
  fn indexC(z : i32, m : i32, n : i32) -> i32 { return z * uniforms.cz + m * uniforms.cm + n * uniforms.cn; }`

function multiply(backend: unknown, { a, b, c, pixels, m, n, depth }: PixelProduct): TensorInfo {
  const tile = tileFor(m, n, depth)
  const code = tiledProduct({
    functions,
    aAlongK: a.strides.column === 1,
    bAlongK: b.strides.column !== 1,
    tile,
  })
  return deviceOf(backend).create(c.shape, {
    code,
    inputs: { a: a.tensor, b: b.tensor },
    integers: {
      ...{ zs: pixels, ms: m, ns: n, depth },
      ...{ az: a.strides.pixel, am: a.strides.row, ak: a.strides.column },
      ...{ bz: b.strides.pixel, bk: b.strides.row, bn: b.strides.column },
      ...{ cz: c.strides.pixel, cm: c.strides.row, cn: c.strides.column },
    },
    workgroups: countTiles(pixels, m, n, tile),
  })
}

const wmMul: KernelFunc = ({ inputs, backend }) => {
  const x = inputOf(inputs, 'x')
  const w = inputOf(inputs, 'w')
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(w, 'w')[3]
  const pixels = height * width
  return multiply(backend, {
    ...{ pixels, m: batch, n: co, depth: ci },
    a: { tensor: x, strides: images(pixels, ci) },
    b: { tensor: w, strides: maps(ci, co) },
    c: { shape: [batch, height, width, co], strides: images(pixels, co) },
  })
}

const wmMulGradX: KernelFunc = ({ inputs, backend }) => {
  const dy = inputOf(inputs, 'dy')
  const w = inputOf(inputs, 'w')
  const batch = sizes4(dy, 'dy')[0]
  const [height, width, ci, co] = sizes4(w, 'w')
  const pixels = height * width
  return multiply(backend, {
    ...{ pixels, m: batch, n: ci, depth: co },
    a: { tensor: dy, strides: images(pixels, co) },
    b: { tensor: w, strides: transpose(maps(ci, co)) },
    c: { shape: [batch, height, width, ci], strides: images(pixels, ci) },
  })
}

const wmMulGradW: KernelFunc = ({ inputs, backend }) => {
  const x = inputOf(inputs, 'x')
  const dy = inputOf(inputs, 'dy')
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(dy, 'dy')[3]
  const pixels = height * width
  return multiply(backend, {
    ...{ pixels, m: ci, n: co, depth: batch },
    a: { tensor: x, strides: transpose(images(pixels, ci)) },
    b: { tensor: dy, strides: images(pixels, co) },
    c: { shape: [height, width, ci, co], strides: maps(ci, co) },
  })
}

export const weightMapKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.wmMul, backendName: 'webgpu', kernelFunc: wmMul },
  { kernelName: kernelNames.wmMulGradX, backendName: 'webgpu', kernelFunc: wmMulGradX },
  { kernelName: kernelNames.wmMulGradW, backendName: 'webgpu', kernelFunc: wmMulGradW },
]
