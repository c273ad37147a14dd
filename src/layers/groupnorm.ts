import { sizeOf } from '../init/init.ts'
import { int } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { normalizationParams, scaleAndOffset, scaleAndOffsetAbsorption } from './normalization.ts'
import { weightOf } from './ops.ts'
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
  absorbs: scaleAndOffsetAbsorption,
  forward(ops, inputs, weights, { groups, epsilon }) {
    const x = onlyInput(inputs)
    const shape = ops.shapeOf(x)
    const channels = shape.at(-1) ?? 0
    const grouped = ops.reshape(x, [sizeOf(shape) / channels, groups, channels / groups])
    const { mean, variance } = ops.moments(grouped, [1, 3], true)
    const normal = ops.mul(ops.sub(grouped, mean), ops.rsqrt(ops.add(variance, epsilon)))
    return ops.add(ops.mul(ops.reshape(normal, shape), weightOf(weights, 'gamma')), weightOf(weights, 'beta'))
  },
})
