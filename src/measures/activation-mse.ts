import type { Tensor1D } from '@tensorflow/tfjs-core'
import { lastConvolutional } from '../layers/last-convolutional.ts'
import { label, type ParamSpec } from '../registry/params.ts'
import { defineMeasure } from './measure.ts'

const at: ParamSpec<string | null> = {
  ...label({ doc: 'Label of a layer; without it, the last convolutional or weight map layer.' }),
  default: { kind: 'value', value: null },
}

/** The paper's second measure: how far a perturbation moves the last convolutional activations. */
export const activationMse = defineMeasure({
  name: 'activation_mse',
  doc: 'Mean squared difference between the clean and the perturbed activations of a layer, after its norm and activation.',
  example: 'activation_mse',
  params: { at },
  node(args, graph) {
    const node = args.at === null ? lastConvolutional(graph) : graph.labels[args.at]
    if (node === undefined || node === null) throw new Error(`nothing to measure at '${args.at}' in '${graph.network}'`)
    return node
  },
  perImage(_, tf, { activations }) {
    if (activations === null) throw new Error('activation_mse was given no activations')
    const { clean, perturbed } = activations
    const squares = tf.reshape(tf.squaredDifference(clean, perturbed), [clean.shape[0] ?? 0, -1])
    return tf.mean<Tensor1D>(squares, 1)
  },
})
