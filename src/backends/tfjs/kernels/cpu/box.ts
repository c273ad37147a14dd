import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs-core'
import { type BoxAttributes, boxOutput, inputOf, kernelNames, sizes4 } from '../shapes.ts'
import { floatsOf, makeTensor } from './arrays.ts'

/** The source indices that output `o` sums, as [first, one past the last]. */
type Range = (o: number, size: number) => readonly [number, number]

function rangeOf({ k, stride, padding }: BoxAttributes, adjoint: boolean): Range {
  if (!adjoint) return (o, size) => [Math.max(0, o * stride - padding), Math.min(size, o * stride - padding + k)]
  return (o, size) => [
    Math.max(0, Math.ceil((o + padding - k + 1) / stride)),
    Math.min(size, Math.floor((o + padding) / stride) + 1),
  ]
}

/** Sums one axis of a [before, size, after] array over ranges, to [before, outputs, after]. */
function sumAxis(
  from: Float32Array | Float64Array,
  to: Float32Array | Float64Array,
  size: number,
  outputs: number,
  after: number,
  range: Range,
): void {
  const before = from.length / (size * after)
  for (let b = 0; b < before; b++) {
    for (let o = 0; o < outputs; o++) {
      const [begin, end] = range(o, size)
      for (let c = 0; c < after; c++) {
        let sum = 0
        for (let i = begin; i < end; i++) sum += from[(b * size + i) * after + c] as number
        to[(b * outputs + o) * after + c] = sum
      }
    }
  }
}

function boxKernel(input: string, adjoint: boolean): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const attributes = attrs as unknown as BoxAttributes
    const { k, stride, padding } = attributes
    const source = inputOf(inputs, input)
    const [batch, h, w, c] = sizes4(source, input)
    const oh = adjoint ? attributes.height : boxOutput(h, k, stride, padding)
    const ow = adjoint ? attributes.width : boxOutput(w, k, stride, padding)
    const range = rangeOf(attributes, adjoint)
    const rows = new Float64Array(batch * oh * w * c)
    const target = new Float32Array(batch * oh * ow * c)
    sumAxis(floatsOf(backend, source), rows, h, oh, w * c, range)
    sumAxis(rows, target, w, ow, c, range)
    return makeTensor(backend, [batch, oh, ow, c], target)
  }
}

export const boxKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.box, backendName: 'cpu', kernelFunc: boxKernel('x', false) },
  { kernelName: kernelNames.boxGrad, backendName: 'cpu', kernelFunc: boxKernel('dy', true) },
]
