import type { Shape } from '../graph/graph.ts'
import type { ArgsOf } from '../registry/params.ts'
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
import { canonicalArgs, type Placement, placementOf, placeWindow, type Window } from './window.ts'

type Args = ArgsOf<typeof weightMapParams>

/**
 * Amer and Maul 2019, eqs. 1, 3 and 4: m = W ⊙ x per pair of channels, s = 2m − box(m) with zeros around the map,
 * summed over cᵢ, every stride-th pixel of it, plus b. As in wm.smooth, Σ over cᵢ comes first.
 */
export const wmUnsharp = defineLayer({
  name: 'wm.unsharp',
  doc: 'Unsharp weight map layer: each input element times its own weight, twice that minus a box filter of it.',
  example: 'wm.unsharp(8, k=3)',
  params: weightMapParams,
  convolutional: true,
  canonical: canonicalArgs,
  absorbs: weightMapAbsorption,
  shape(args, inputs) {
    if (args.k % 2 === 0) {
      return reject({
        code: 'WM0303',
        message: `has an even ${args.k}x${args.k} kernel; wm.unsharp needs an odd one to keep height and width`,
        hint: `use k=${args.k - 1} or k=${args.k + 1}`,
        parameter: 'k',
      })
    }
    const placed = placeWindow('wm.unsharp', windowOf(args), onlyInput(inputs))
    if (!placed.ok) return reject(placed.problem)
    return accept(placed.placement.outHeight, placed.placement.outWidth, args.channels)
  },
  weights(args, inputs) {
    const placement = place(args, inputs)
    return weightMapWeights(args, placement, [placement.outHeight, placement.outWidth, args.channels])
  },
  cost(args, inputs) {
    const placement = place(args, inputs)
    const products = weightMapProducts(args, placement)
    const outputs = placement.outHeight * placement.outWidth * args.channels
    return {
      // The equations filter the whole map and only then take every stride-th pixel.
      written: { ...noOperations, conv: products * args.k ** 2, products },
      compiled: {
        conv: 0,
        dense: products,
        products: args.normalize ? outputs : 0,
        // 2m − box(m) is m + m − box(m).
        adds: boxAdditions(args, placement) + 2 * outputs,
      },
    }
  },
  forward(ops, inputs, weights, { k, stride, normalize }) {
    const m = ops.wmMul(onlyInput(inputs), weightOf(weights, 'kernel'))
    const sums = ops.box(m, k, stride, (k - 1) / 2)
    const blurred = normalize ? ops.mul(sums, 1 / k ** 2) : sums
    // A 1×1 box takes every stride-th pixel; unlike tf.stridedSlice it has a gradient.
    const center = stride === 1 ? m : ops.box(m, 1, stride, 0)
    const s = ops.sub(ops.mul(center, 2), blurred)
    return weights.bias === undefined ? s : ops.add(s, weights.bias)
  },
  literal(ops, inputs, weights, { k, stride, normalize, channels }) {
    const m = pairMaps(ops, onlyInput(inputs), weightOf(weights, 'kernel'), channels)
    const sums = onesFilter(ops, m, k, { stride: 1, padding: (k - 1) / 2 })
    const blurred = normalize ? ops.mul(sums, 1 / k ** 2) : sums
    const whole = sumOverInputs(ops, ops.sub(ops.mul(m, 2), blurred), channels)
    const s = stride === 1 ? whole : ops.avgPool(whole, 1, stride)
    return weights.bias === undefined ? s : ops.add(s, weights.bias)
  },
})

function windowOf({ k, stride }: Args): Window {
  return { noun: 'kernel', k, stride, padding: 'same', dilation: 1 }
}

function place(args: Args, inputs: readonly Shape[]): Placement {
  return placementOf('wm.unsharp', windowOf(args), onlyInput(inputs))
}
