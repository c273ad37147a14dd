import { printShape } from '../graph/graph.ts'
import { label } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { accept, reject } from './rules.ts'
import { connect } from './symbolic.ts'

/** The channels (last dimension) of all inputs, in order; the other dimensions agree. */
export const concat = defineLayer({
  name: 'concat',
  doc: 'Appends the channels of an earlier, labelled layer of the same height and width.',
  example: 'concat(stem)',
  params: { label: label({ doc: 'The label that `as` gave to the earlier layer.' }) },
  inputs: 'many',
  shape(_args, inputs) {
    const [first = []] = inputs
    const size = first.slice(0, -1)
    const other = inputs.find((input) => printShape(input.slice(0, -1)) !== printShape(size))
    if (other !== undefined) {
      return reject({
        code: 'WM0305',
        message: `gets ${printShape(first)} and ${printShape(other)}; concat needs the same height and width`,
      })
    }
    return accept(
      ...size,
      inputs.reduce((channels, input) => channels + (input.at(-1) ?? 0), 0),
    )
  },
  weights: () => [],
  cost: () => noCost,
  isIdentity: (_args, inputs) => inputs.length === 1,
  forward: (ops, inputs) => ops.concat(inputs),
  stock: { build: (layers, name, _args, inputs) => connect(layers.concatenate({ name }), inputs) },
})
