import type { Shape } from '../graph/graph.ts'
import { type ArgsOf, intOr } from '../registry/params.ts'
import { defineLayer, noOperations } from './layer.ts'
import { weightOf } from './ops.ts'
import { accept, onlyInput, reject } from './rules.ts'
import {
  boxAdditions,
  onesFilter,
  pairMaps,
  sumOverInputs,
  weightMapAbsorption,
  weightMapParams,
  weightMapProducts,
  weightMapWeights,
} from './weight-map.ts'
import { canonicalArgs, type Placement, paddingOf, placementOf, placeWindow, type Window } from './window.ts'

const { channels, k, stride, ...others } = weightMapParams
const params = {
  channels,
  k,
  stride,
  padding: intOr(['same'], { min: 0, default: 0, doc: 'Zeros on each side; "same" means (k−1)/2.' }),
  ...others,
}
type Args = ArgsOf<typeof params>

/**
 * Amer and Maul 2019, eqs. 1 and 2: m = W ⊙ x per pair of channels, then a Cᵢ×k×k kernel of ones over m, plus b.
 * Both steps are linear in m, so Σ over cᵢ comes first: one [Cᵢ]·[Cᵢ, Cₒ] product per pixel, one box filter on Cₒ maps.
 */
export const wmSmooth = defineLayer({
  name: 'wm.smooth',
  doc: 'Smoothing weight map layer: each input element times its own weight, then a box filter.',
  example: 'wm.smooth(8, k=3)',
  params,
  convolutional: true,
  canonical: canonicalArgs,
  absorbs: weightMapAbsorption,
  shape(args, inputs) {
    const placed = placeWindow('wm.smooth', windowOf(args), onlyInput(inputs))
    if (!placed.ok) return reject(placed.problem)
    return accept(placed.placement.outHeight, placed.placement.outWidth, args.channels)
  },
  weights(args, inputs) {
    const placement = place(args, inputs)
    return weightMapWeights(args, placement, [placement.outHeight, placement.outWidth, args.channels])
  },
  cost(args, inputs) {
    const placement = place(args, inputs)
    const pixels = placement.outHeight * placement.outWidth
    const products = weightMapProducts(args, placement)
    return {
      written: { ...noOperations, conv: pixels * args.k ** 2 * placement.channels * args.channels, products },
      compiled: {
        conv: 0,
        dense: products,
        products: args.normalize ? pixels * args.channels : 0,
        adds: boxAdditions(args, placement),
      },
    }
  },
  forward(ops, inputs, weights, args) {
    const m = ops.wmMul(onlyInput(inputs), weightOf(weights, 'kernel'))
    const sums = ops.box(m, args.k, args.stride, paddingOf({ ...args, dilation: 1 }))
    const s = args.normalize ? ops.mul(sums, 1 / args.k ** 2) : sums
    return weights.bias === undefined ? s : ops.add(s, weights.bias)
  },
  literal(ops, inputs, weights, args) {
    const x = onlyInput(inputs)
    const m = pairMaps(ops, x, weightOf(weights, 'kernel'), args.channels)
    const step = { stride: args.stride, padding: paddingOf({ ...args, dilation: 1 }) }
    const sums = sumOverInputs(ops, onesFilter(ops, m, args.k, step), args.channels)
    const s = args.normalize ? ops.mul(sums, 1 / args.k ** 2) : sums
    return weights.bias === undefined ? s : ops.add(s, weights.bias)
  },
})

function windowOf(args: Args): Window {
  return { noun: 'kernel', k: args.k, stride: args.stride, padding: args.padding, dilation: 1 }
}

function place(args: Args, inputs: readonly Shape[]): Placement {
  return placementOf('wm.smooth', windowOf(args), onlyInput(inputs))
}
