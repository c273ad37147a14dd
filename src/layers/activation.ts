import type * as tfl from '@tensorflow/tfjs-layers'
import { noCost, type StockLayer } from './layer.ts'
import { keepShape } from './rules.ts'
import { connect } from './symbolic.ts'

type ActivationName = NonNullable<Parameters<typeof tfl.layers.activation>[0]>['activation']

/** The rules of a layer that keeps the shape and owns nothing. Activations count no operations, as in the paper. */
export const weightless = { shape: keepShape, weights: () => [], cost: () => noCost } as const

/** One of tfjs-layers' activation functions. */
export function stockActivation(activation: ActivationName): StockLayer<unknown> {
  return {
    kind: 'stock',
    build: (layers, name, _args, inputs) => connect(layers.activation({ name, activation }), inputs),
  }
}
