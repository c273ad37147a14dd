import type { Shape } from '../graph/graph.ts'
import { defaultCall } from '../init/init.ts'
import { ones } from '../init/ones.ts'
import { zeros } from '../init/zeros.ts'
import { float } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { normalizationParams, scaleAndOffset, scaleAndOffsetAbsorption } from './normalization.ts'
import { weightOf } from './ops.ts'
import { keepShape, onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

/**
 * y = gamma·(x − mean)/√(variance + epsilon) + beta per channel (the last dimension). While training, mean and
 * (biased) variance are those of the batch, and the moving ones become momentum·old + (1 − momentum)·batch: what
 * PyTorch calls momentum is one minus this. Otherwise the moving ones count. As in tfjs and Keras.
 */
export const batchnorm = defineLayer({
  name: 'batchnorm',
  doc: 'Batch normalisation of each channel, with learned scale and offset.',
  example: 'batchnorm',
  params: {
    momentum: float({
      min: 0,
      max: 1,
      openMax: true,
      default: 0.99,
      doc: 'Share that moving statistics keep at a step.',
    }),
    ...normalizationParams,
  },
  shape: keepShape,
  weights(args, inputs) {
    const fixed = { shape: [onlyInput(inputs).at(-1) ?? 0], fanIn: 1, fanOut: 1, trainable: false }
    return [
      ...scaleAndOffset(args, inputs),
      { name: 'moving_mean', init: defaultCall(zeros), ...fixed },
      { name: 'moving_variance', init: defaultCall(ones), ...fixed },
    ]
  },
  cost: () => noCost,
  absorbs: scaleAndOffsetAbsorption,
  forward(ops, inputs, weights, { momentum, epsilon }, { training, update }) {
    const x = onlyInput(inputs)
    const [gamma, beta] = [weightOf(weights, 'gamma'), weightOf(weights, 'beta')]
    const moving = { mean: weightOf(weights, 'moving_mean'), variance: weightOf(weights, 'moving_variance') }
    if (!training) return ops.batchNorm(x, { ...moving, gamma, beta }, epsilon)
    const batch = ops.moments(x, leadingAxes(ops.shapeOf(x)), false)
    const move = (old: typeof x, now: typeof x) => ops.sub(old, ops.mul(ops.sub(old, now), 1 - momentum))
    update('moving_mean', move(moving.mean, batch.mean))
    update('moving_variance', move(moving.variance, batch.variance))
    return ops.batchNorm(x, { ...batch, gamma, beta }, epsilon)
  },
  channelMap({ epsilon }, weights) {
    const numbers = (name: string) => Float64Array.from(weightOf(weights, name))
    const [gamma, beta, mean] = [numbers('gamma'), numbers('beta'), numbers('moving_mean')]
    const scale = numbers('moving_variance').map((variance, c) => (gamma[c] ?? 0) / Math.sqrt(variance + epsilon))
    return { scale, offset: beta.map((value, c) => value - (mean[c] ?? 0) * (scale[c] ?? 0)) }
  },
  stock: {
    build: (layers, name, { momentum, epsilon }, inputs) =>
      connect(layers.batchNormalization({ name, momentum, epsilon }), inputs),
  },
})

/** The batch and all but the last of the shape's axes. */
function leadingAxes(shape: Shape): readonly number[] {
  return shape.map((_size, axis) => axis)
}
