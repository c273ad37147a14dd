import { defineLayer, noCost } from './layer.ts'
import { poolingParams, poolShape } from './pooling.ts'
import { onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

export const avgpool = defineLayer({
  name: 'avgpool',
  doc: 'The mean value of each window, channel by channel; pads nothing.',
  example: 'avgpool(2)',
  params: poolingParams,
  shape: (args, inputs) => poolShape('avgpool', args, inputs),
  weights: () => [],
  cost: () => noCost,
  isIdentity: ({ size, stride }) => size === 1 && stride === 1,
  forward: (ops, inputs, _weights, args) => ops.avgPool(onlyInput(inputs), args.size, args.stride),
  stock: {
    build: (layers, name, args, inputs) =>
      connect(layers.averagePooling2d({ name, poolSize: args.size, strides: args.stride, padding: 'valid' }), inputs),
  },
})
