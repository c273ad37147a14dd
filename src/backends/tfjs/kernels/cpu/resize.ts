// tfjs 4.22's cpu kernel reads every example but the first from the wrong place, so upsampling trained wrongly there.
import { type KernelConfig, type KernelFunc, ResizeNearestNeighborGrad } from '@tensorflow/tfjs-core'
import { inputOf, sizes4 } from '../shapes.ts'
import { floatsOf, makeTensor } from './arrays.ts'

interface ResizeAttributes {
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

/** Source index of each output index along one axis, as the forward kernel of tfjs picks it. */
function sourceIndices(size: number, outputs: number, attributes: ResizeAttributes): readonly number[] {
  const { alignCorners, halfPixelCenters } = attributes
  const aligned = alignCorners && outputs > 1
  const scale = (aligned ? size - 1 : size) / (aligned ? outputs - 1 : outputs)
  const pick = alignCorners ? Math.round : Math.floor
  return Array.from({ length: outputs }, (_, o) => Math.min(size - 1, pick((halfPixelCenters ? o + 0.5 : o) * scale)))
}

const resizeGrad: KernelFunc = ({ inputs, attrs, backend }) => {
  const attributes = attrs as unknown as ResizeAttributes
  const dy = inputOf(inputs, 'dy')
  const [batch, height, width, channels] = sizes4(inputOf(inputs, 'images'), 'images')
  const [, oh, ow] = sizes4(dy, 'dy')
  const rows = sourceIndices(height, oh, attributes)
  const columns = sourceIndices(width, ow, attributes)
  const dys = floatsOf(backend, dy)
  const sums = new Float64Array(batch * height * width * channels)
  let at = 0
  for (let b = 0; b < batch; b++) {
    for (const row of rows) {
      for (const column of columns) {
        const to = ((b * height + row) * width + column) * channels
        for (let c = 0; c < channels; c++, at++) sums[to + c] = (sums[to + c] as number) + (dys[at] as number)
      }
    }
  }
  return makeTensor(backend, [batch, height, width, channels], Float32Array.from(sums))
}

export const resizeKernels: readonly KernelConfig[] = [
  { kernelName: ResizeNearestNeighborGrad, backendName: 'cpu', kernelFunc: resizeGrad },
]
