import type * as tfc from '@tensorflow/tfjs-core'
import type { Shape } from '../graph/graph.ts'
import { type ArgsOf, intOr } from '../registry/params.ts'
import { defineLayer, noOperations } from './layer.ts'
import { accept, onlyInput, reject } from './rules.ts'
import { boxAdditions, weightMapParams, weightMapProducts, weightMapWeights } from './weight-map.ts'
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
  tfjs: {
    kind: 'custom',
    forward({ tf, wmMul, box }, [x], { kernel, bias }, args) {
      const m = wmMul(x as tfc.Tensor4D, kernel as tfc.Tensor4D)
      const sums = box(m, args.k, args.stride, paddingOf({ ...args, dilation: 1 }))
      const s = args.normalize ? tf.mul(sums, 1 / args.k ** 2) : sums
      return bias === undefined ? s : tf.add(s, bias)
    },
  },
})

function windowOf(args: Args): Window {
  return { noun: 'kernel', k: args.k, stride: args.stride, padding: args.padding, dilation: 1 }
}

function place(args: Args, inputs: readonly Shape[]): Placement {
  return placementOf('wm.smooth', windowOf(args), onlyInput(inputs))
}
