import { defineLayer, noCost } from './layer.ts'
import { poolingParams, poolShape } from './pooling.ts'
import { onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

export const maxpool = defineLayer({
  name: 'maxpool',
  doc: 'The largest value of each window, channel by channel; pads nothing.',
  example: 'maxpool(2)',
  params: poolingParams,
  shape: (args, inputs) => poolShape('maxpool', args, inputs),
  weights: () => [],
  cost: () => noCost,
  isIdentity: ({ size, stride }) => size === 1 && stride === 1,
  forward: (ops, inputs, _weights, args) => ops.maxPool(onlyInput(inputs), args.size, args.stride),
  stock: {
    build: (layers, name, args, inputs) =>
      connect(layers.maxPooling2d({ name, poolSize: args.size, strides: args.stride, padding: 'valid' }), inputs),
  },
})
