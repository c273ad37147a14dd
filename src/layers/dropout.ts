import { float } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { keepShape, onlyInput } from './rules.ts'

/** Inverted dropout: kept elements are divided by 1 − rate while training, so that nothing changes afterwards. */
export const dropout = defineLayer({
  name: 'dropout',
  doc: 'While training, sets a random share of the elements to zero and scales up the rest.',
  example: 'dropout(0.5)',
  params: { rate: float({ min: 0, max: 1, openMax: true, doc: 'Share of elements set to zero.' }) },
  shape: keepShape,
  weights: () => [],
  cost: () => noCost,
  isIdentity: () => true,
  // tfjs-layers' own dropout draws the same mask at every step when seeded.
  forward(ops, inputs, _weights, { rate }, { training, random }) {
    const x = onlyInput(inputs)
    return training && rate > 0 ? ops.mul(x, ops.dropoutMask(x, rate, random)) : x
  },
})
