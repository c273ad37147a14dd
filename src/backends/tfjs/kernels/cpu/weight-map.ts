// Sums are kept in float64, as tfjs's own cpu kernels do, and rounded to float32 once.
import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs-core'
import { inputOf, kernelNames, sizes4 } from '../shapes.ts'
import { floatsOf, makeTensor } from './arrays.ts'

const wmMul: KernelFunc = ({ inputs, backend }) => {
  const x = inputOf(inputs, 'x')
  const w = inputOf(inputs, 'w')
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(w, 'w')[3]
  const [xs, ws] = [floatsOf(backend, x), floatsOf(backend, w)]
  const pixels = height * width
  const ys = new Float32Array(batch * pixels * co)
  const sums = new Float64Array(co)
  for (let bp = 0; bp < batch * pixels; bp++) {
    sums.fill(0)
    let at = (bp % pixels) * ci * co
    for (let i = 0; i < ci; i++) {
      const value = xs[bp * ci + i] as number
      for (let o = 0; o < co; o++) sums[o] = (sums[o] as number) + value * (ws[at++] as number)
    }
    ys.set(sums, bp * co)
  }
  return makeTensor(backend, [batch, height, width, co], ys)
}

const wmMulGradX: KernelFunc = ({ inputs, backend }) => {
  const dy = inputOf(inputs, 'dy')
  const w = inputOf(inputs, 'w')
  const batch = sizes4(dy, 'dy')[0]
  const [height, width, ci, co] = sizes4(w, 'w')
  const [dys, ws] = [floatsOf(backend, dy), floatsOf(backend, w)]
  const pixels = height * width
  const dxs = new Float32Array(batch * pixels * ci)
  for (let bp = 0; bp < batch * pixels; bp++) {
    let at = (bp % pixels) * ci * co
    for (let i = 0; i < ci; i++) {
      let sum = 0
      for (let o = 0; o < co; o++) sum += (dys[bp * co + o] as number) * (ws[at++] as number)
      dxs[bp * ci + i] = sum
    }
  }
  return makeTensor(backend, [batch, height, width, ci], dxs)
}

const wmMulGradW: KernelFunc = ({ inputs, backend }) => {
  const x = inputOf(inputs, 'x')
  const dy = inputOf(inputs, 'dy')
  const [batch, height, width, ci] = sizes4(x, 'x')
  const co = sizes4(dy, 'dy')[3]
  const [xs, dys] = [floatsOf(backend, x), floatsOf(backend, dy)]
  const pixels = height * width
  const dws = new Float32Array(pixels * ci * co)
  const sums = new Float64Array(ci * co)
  for (let p = 0; p < pixels; p++) {
    sums.fill(0)
    for (let bp = p; bp < batch * pixels; bp += pixels) {
      let at = 0
      for (let i = 0; i < ci; i++) {
        const value = xs[bp * ci + i] as number
        for (let o = 0; o < co; o++, at++) sums[at] = (sums[at] as number) + value * (dys[bp * co + o] as number)
      }
    }
    dws.set(sums, p * ci * co)
  }
  return makeTensor(backend, [height, width, ci, co], dws)
}

export const weightMapKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.wmMul, backendName: 'cpu', kernelFunc: wmMul },
  { kernelName: kernelNames.wmMulGradX, backendName: 'cpu', kernelFunc: wmMulGradX },
  { kernelName: kernelNames.wmMulGradW, backendName: 'cpu', kernelFunc: wmMulGradW },
]
