import { defineLayer, noCost } from './layer.ts'
import { normalizationParams, scaleAndOffset, scaleAndOffsetAbsorption } from './normalization.ts'
import { weightOf } from './ops.ts'
import { keepShape, onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

/**
 * y = gamma·(x − mean)/√(variance + epsilon) + beta, with mean and variance over the channels of each pixel, as in
 * Keras and ConvNeXt. `groupnorm(1)` takes them over the whole map.
 */
export const layernorm = defineLayer({
  name: 'layernorm',
  doc: "Normalises each pixel's channels (or a vector), with learned scale and offset per channel.",
  example: 'layernorm',
  params: normalizationParams,
  shape: keepShape,
  weights: scaleAndOffset,
  cost: () => noCost,
  absorbs: scaleAndOffsetAbsorption,
  forward: (ops, inputs, weights, { epsilon }) =>
    ops.layerNorm(onlyInput(inputs), weightOf(weights, 'gamma'), weightOf(weights, 'beta'), epsilon),
  stock: {
    build: (layers, name, { epsilon }, inputs) => connect(layers.layerNormalization({ name, epsilon }), inputs),
  },
})
