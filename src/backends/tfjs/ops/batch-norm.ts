// Batch normalisation while training. tfjs composes it, and its gradient of some thirty operations over whole activations,
// ten times slower than this where a backend has the kernels.
import * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { type BatchNormAttributes, kernelNames } from '../kernels/shapes.ts'

interface Normalized {
  readonly y: tfc.Tensor
  /** [C]; not differentiable: what a layer's moving averages follow. */
  readonly mean: tfc.Tensor
  readonly variance: tfc.Tensor
}

/** True where the active backend has the kernels of `normalizeBatch`. */
function canNormalizeBatch(): boolean {
  return [kernelNames.batchNormMoments, kernelNames.batchNormGrad].every(
    (name) => tfc.getKernel(name, tfc.getBackend()) != null,
  )
}

/** x [..., C] by its own mean and biased variance per channel, then scaled by gamma [C] and shifted by beta [C]. */
function normalizeBatch(x: tfc.Tensor, gamma: tfc.Tensor, beta: tfc.Tensor, epsilon: number): Normalized {
  const [mean, variance] = tfc.engine().runKernel<tfc.Tensor[]>(kernelNames.batchNormMoments, { x })
  if (mean === undefined || variance === undefined) throw new Error('BatchNormMoments gives a mean and a variance')
  const normalize = tfc.customGrad((...args) => {
    const [a, scale, offset, save] = args as [tfc.Tensor, tfc.Tensor, tfc.Tensor, tfc.GradSaveFunc]
    const inputs = { x: a, mean, variance, scale, offset }
    const value = tfc.engine().runKernel<tfc.Tensor>(tfc.FusedBatchNorm, inputs, { varianceEpsilon: epsilon })
    save([a, mean, variance, scale])
    return { value, gradFunc: (dy: tfc.Tensor, saved: tfc.Tensor[]) => gradients(dy, saved, epsilon) }
  })
  return { y: normalize(x, gamma, beta), mean, variance }
}

function gradients(dy: tfc.Tensor, saved: readonly tfc.Tensor[], epsilon: number): tfc.Tensor[] {
  const [x, mean, variance, gamma] = saved
  if (!x || !mean || !variance || !gamma) throw new Error(`${saved.length} tensors were saved, not four`)
  const attributes: BatchNormAttributes = { epsilon }
  return tfc.engine().runKernel<tfc.Tensor[]>(kernelNames.batchNormGrad, { x, dy, mean, variance, gamma }, attributes)
}

/**
 * Makes a stock batch normalisation of the last axis, with scale and offset, train by `normalizeBatch`. It stays the stock layer
 * in every other way: inference, weights and what is saved.
 */
export function fuseBatchNorm(layer: tfl.layers.Layer): void {
  const { axis, momentum, epsilon, center, scale } = layer.getConfig() as Readonly<Record<string, unknown>>
  if (axis !== -1 || center !== true || scale !== true) throw new Error(`${layer.name} normalises in another way`)
  const stock = layer.call.bind(layer)
  layer.call = (inputs, kwargs) => {
    if (kwargs?.training !== true || !canNormalizeBatch()) return stock(inputs, kwargs)
    return tfc.tidy(() => {
      const [gamma, beta, movingMean, movingVariance] = layer.weights
      const [x] = [inputs].flat()
      if (!gamma || !beta || !movingMean || !movingVariance || !x) throw new Error(`${layer.name} is not built`)
      const { y, mean, variance } = normalizeBatch(x, gamma.read(), beta.read(), Number(epsilon))
      moveAverage(movingMean, mean, Number(momentum))
      moveAverage(movingVariance, variance, Number(momentum))
      return y
    })
  }
}

/** average ← average − (1 − momentum)·(average − value), as tfjs rounds it. */
function moveAverage(average: tfl.layers.Layer['weights'][number], value: tfc.Tensor, momentum: number): void {
  tfc.tidy(() => {
    const old = average.read()
    average.write(tfc.sub(old, tfc.mul(tfc.sub(old, value), 1 - momentum)))
  })
}
