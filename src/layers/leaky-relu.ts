import { float } from '../registry/params.ts'
import { weightless } from './activation.ts'
import { defineLayer } from './layer.ts'
import { onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

export const leakyRelu = defineLayer({
  name: 'leaky_relu',
  doc: 'x where positive, slope·x elsewhere.',
  example: 'leaky_relu(0.1)',
  params: { slope: float({ min: 0, max: 1, default: 0.01, doc: 'Slope for negative values.' }) },
  ...weightless,
  forward: (ops, inputs, _weights, { slope }) => ops.leakyRelu(onlyInput(inputs), slope),
  stock: {
    build: (layers, name, args, inputs) => connect(layers.leakyReLU({ name, alpha: args.slope }), inputs),
  },
})
