import { printShape } from '../graph/graph.ts'
import { he } from '../init/he.ts'
import { defaultCall } from '../init/init.ts'
import { zeros } from '../init/zeros.ts'
import { bool, call, int } from '../registry/params.ts'
import { defineLayer } from './layer.ts'
import { weightOf } from './ops.ts'
import { accept, costOf, onlyInput, reject } from './rules.ts'
import { connect } from './symbolic.ts'
import { canonicalArgs } from './window.ts'

/** x [B, N] times kernel [N, units] plus bias [units]. */
export const dense = defineLayer({
  name: 'dense',
  doc: 'Fully connected layer; takes a vector.',
  example: 'dense(10)',
  params: {
    units: int({ min: 1, doc: 'Size of the output.' }),
    bias: bool({ default: true, doc: 'Add one learned number per unit.' }),
    init: call('init', { default: defaultCall(he), doc: 'Initial kernel.' }),
    bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial bias.' }),
  },
  canonical: canonicalArgs,
  absorbs: { scale: 'kernel', offset: 'bias' },
  shape(args, inputs) {
    const input = onlyInput(inputs)
    if (input.length === 1) return accept(args.units)
    return reject({
      code: 'WM0301',
      message: `gets ${printShape(input)}, a map; dense takes a vector`,
      hint: 'put `flatten` before it',
    })
  },
  weights(args, inputs) {
    const [size = 0] = onlyInput(inputs)
    const fans = { fanIn: size, fanOut: args.units, trainable: true }
    return [
      { name: 'kernel', shape: [size, args.units], init: args.init, ...fans },
      ...(args.bias ? [{ name: 'bias', shape: [args.units], init: args.bias_init, ...fans }] : []),
    ]
  },
  cost(args, inputs) {
    const [size = 0] = onlyInput(inputs)
    return costOf({ dense: size * args.units })
  },
  forward: (ops, inputs, weights) => ops.dense(onlyInput(inputs), weightOf(weights, 'kernel'), weights.bias),
  stock: {
    build: (layers, name, args, inputs) =>
      connect(layers.dense({ name, units: args.units, useBias: args.bias, kernelInitializer: 'zeros' }), inputs),
  },
})
