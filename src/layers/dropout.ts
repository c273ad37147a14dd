import { float } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { keepShape } from './rules.ts'

/** Inverted dropout: kept elements are divided by 1 − rate while training, so that nothing changes afterwards. */
export const dropout = defineLayer({
  name: 'dropout',
  doc: 'While training, sets a random share of the elements to zero and scales up the rest.',
  example: 'dropout(0.5)',
  params: { rate: float({ min: 0, max: 1, openMax: true, doc: 'Share of elements set to zero.' }) },
  shape: keepShape,
  weights: () => [],
  cost: () => noCost,
  tfjs: {
    kind: 'custom',
    // tfjs's own dropout draws the same mask at every step when seeded.
    forward({ tf }, [x], _weights, { rate }, { training, random }) {
      if (x === undefined) throw new Error('dropout was applied to nothing')
      if (!training || rate === 0) return tf.clone(x)
      const kept = 1 / (1 - rate)
      const mask = Float32Array.from({ length: x.size }, () => (random.uniform() < rate ? 0 : kept))
      return tf.mul(x, tf.tensor(mask, x.shape))
    },
  },
})
