import type * as tfc from '@tensorflow/tfjs-core'
import { int } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { normalizationParams, scaleAndOffset } from './normalization.ts'
import { accept, onlyInput, reject } from './rules.ts'

/**
 * Wu and He 2018: y = gamma·(x − mean)/√(variance + epsilon) + beta, with mean and variance over all pixels of each
 * group of neighbouring channels.
 */
export const groupnorm = defineLayer({
  name: 'groupnorm',
  doc: 'Normalises groups of channels over the whole map, with learned scale and offset per channel.',
  example: 'groupnorm(2)',
  params: { groups: int({ min: 1, default: 8, doc: 'Groups of channels.' }), ...normalizationParams },
  shape({ groups }, inputs) {
    const input = onlyInput(inputs)
    const channels = input.at(-1) ?? 0
    if (channels % groups === 0) return accept(...input)
    return reject({
      code: 'WM0304',
      message: `gets ${channels} channels, not divisible by groups=${groups}`,
      parameter: 'groups',
    })
  },
  weights: scaleAndOffset,
  cost: () => noCost,
  tfjs: {
    kind: 'custom',
    forward({ tf }, [x], { gamma, beta }, { groups, epsilon }) {
      const { shape } = x as tfc.Tensor
      const channels = shape.at(-1) ?? 0
      const grouped = tf.reshape(x as tfc.Tensor, [shape[0] ?? 0, -1, groups, channels / groups])
      const { mean, variance } = tf.moments(grouped, [1, 3], true)
      const normal = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, epsilon)))
      return tf.add(tf.mul(tf.reshape(normal, shape), gamma as tfc.Tensor), beta as tfc.Tensor)
    },
  },
})
