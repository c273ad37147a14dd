import { defaultCall } from '../init/init.ts'
import { ones } from '../init/ones.ts'
import { zeros } from '../init/zeros.ts'
import { float } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { normalizationParams, scaleAndOffset } from './normalization.ts'
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
  tfjs: {
    kind: 'stock',
    build: (layers, name, { momentum, epsilon }, inputs) =>
      connect(layers.batchNormalization({ name, momentum, epsilon }), inputs),
  },
})
