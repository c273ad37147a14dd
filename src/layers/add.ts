import { printShape } from '../graph/graph.ts'
import { label } from '../registry/params.ts'
import { defineLayer, noCost } from './layer.ts'
import { accept, reject } from './rules.ts'
import { connect } from './symbolic.ts'

/** The elementwise sum of inputs of one shape. */
export const add = defineLayer({
  name: 'add',
  doc: 'Adds the result of an earlier, labelled layer of the same shape.',
  example: 'add(stem)',
  params: { label: label({ doc: 'The label that `as` gave to the earlier layer.' }) },
  inputs: 'many',
  shape(_args, inputs) {
    const [first = []] = inputs
    const other = inputs.find((input) => printShape(input) !== printShape(first))
    if (other === undefined) return accept(...first)
    return reject({
      code: 'WM0305',
      message: `gets ${printShape(first)} and ${printShape(other)}; add needs inputs of one shape`,
    })
  },
  weights: () => [],
  cost: () => noCost,
  isIdentity: (_args, inputs) => inputs.length === 1,
  forward: (ops, inputs) => inputs.reduce((sum, x) => ops.add(sum, x)),
  stock: { build: (layers, name, _args, inputs) => connect(layers.add({ name }), inputs) },
})
