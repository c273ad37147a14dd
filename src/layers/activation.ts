import type * as tfl from '@tensorflow/tfjs-layers'
import { type LayerSpec, noCost, type StockLayer } from './layer.ts'
import type { Ops } from './ops.ts'
import { keepShape, onlyInput } from './rules.ts'
import { connect } from './symbolic.ts'

type ActivationName = NonNullable<Parameters<typeof tfl.layers.activation>[0]>['activation']

/** The rules of a layer that keeps the shape and owns nothing. Activations count no operations, as in the paper. */
export const weightless = { shape: keepShape, weights: () => [], cost: () => noCost } as const

/** One of tfjs-layers' activation functions. */
export function stockActivation(activation: ActivationName): StockLayer<unknown> {
  return { build: (layers, name, _args, inputs) => connect(layers.activation({ name, activation }), inputs) }
}

/** A function of the only input. */
export function elementwise(apply: <T>(ops: Ops<T>, x: T) => T): Pick<LayerSpec, 'forward'> {
  return { forward: (ops, inputs) => apply(ops, onlyInput(inputs)) }
}
