import { defaultCall, sizeOf } from '../init/init.ts'
import { ones } from '../init/ones.ts'
import { call } from '../registry/params.ts'
import { defineLayer } from './layer.ts'
import { weightOf } from './ops.ts'
import { costOf, keepShape, onlyInput } from './rules.ts'

/** y = x ⊙ kernel with one weight per element: x [B, …], kernel […]. The paper's "input-scale". */
export const scale = defineLayer({
  name: 'scale',
  doc: 'Multiplies each input element by its own learned weight.',
  example: 'scale',
  params: { init: call('init', { default: defaultCall(ones), doc: 'Initial weights.' }) },
  shape: keepShape,
  weights: (args, inputs) => [
    { name: 'kernel', shape: onlyInput(inputs), trainable: true, init: args.init, fanIn: 1, fanOut: 1 },
  ],
  cost: (_args, inputs) => costOf({ products: sizeOf(onlyInput(inputs)) }),
  forward: (ops, inputs, weights) => ops.mul(onlyInput(inputs), weightOf(weights, 'kernel')),
})
