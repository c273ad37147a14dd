import { defaultCall } from '../init/init.ts'
import { ones } from '../init/ones.ts'
import { zeros } from '../init/zeros.ts'
import { call, float } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
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
    epsilon: float({ min: 0, openMin: true, default: 1e-3, doc: 'Added to the variance.' }),
    init: call('init', { default: defaultCall(ones), doc: 'Initial scale (gamma).' }),
    bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial offset (beta).' }),
  },
  shape: keepShape,
  weights(args, inputs) {
    const fixed = { shape: [onlyInput(inputs).at(-1) ?? 0], fanIn: 1, fanOut: 1 }
    return [
      { name: 'gamma', trainable: true, init: args.init, ...fixed },
      { name: 'beta', trainable: true, init: args.bias_init, ...fixed },
      { name: 'moving_mean', trainable: false, init: defaultCall(zeros), ...fixed },
      { name: 'moving_variance', trainable: false, init: defaultCall(ones), ...fixed },
    ]
  },
  cost: () => noCost,
  tfjs: {
    kind: 'stock',
    build: (layers, name, { momentum, epsilon }, inputs) =>
      connect(layers.batchNormalization({ name, momentum, epsilon }), inputs),
  },
})
