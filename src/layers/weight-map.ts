import type { Shape } from '../graph/graph.ts'
import { he } from '../init/he.ts'
import { defaultCall } from '../init/init.ts'
import { zeros } from '../init/zeros.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import { bool, call, int } from '../registry/params.ts'
import type { Absorption, WeightSpec } from './layer.ts'
import type { Ops, WindowStep } from './ops.ts'
import type { Placement } from './window.ts'

/** What both weight map layers take, in positional order (wm.smooth puts its padding after the stride). */
export const weightMapParams = {
  channels: int({ min: 1, doc: 'Output channels.' }),
  k: int({ min: 1, default: 3, doc: 'Side of the box filter.' }),
  stride: int({ min: 1, default: 1, doc: 'Step between output pixels.' }),
  bias: bool({ default: true, doc: 'Add one learned number per output element.' }),
  normalize: bool({ default: false, doc: 'Divide the box filter by k²; the paper does not.' }),
  init: call('init', { default: defaultCall(he), doc: 'Initial weight maps; fan-in is input channels · k².' }),
  bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial bias.' }),
}

interface WeightMapArgs {
  readonly channels: number
  readonly k: number
  readonly bias: boolean
  readonly init: ResolvedCall
  readonly bias_init: ResolvedCall
}

/**
 * kernel [H, W, Cᵢ, Cₒ] (eq. 1) and bias [Hₒ, Wₒ, Cₒ]. Fan-in is Cᵢ·k²: each output element sums that many
 * products of eq. 1, as an output element of a convolution does, so `he` gives both the same variance at the start.
 */
export function weightMapWeights(args: WeightMapArgs, placement: Placement, output: Shape): readonly WeightSpec[] {
  const { height, width, channels } = placement
  const shape = [height, width, channels, args.channels]
  const fans = { fanIn: channels * args.k ** 2, fanOut: args.channels * args.k ** 2, trainable: true }
  return [
    { name: 'kernel', shape, init: args.init, ...fans },
    ...(args.bias ? [{ name: 'bias', shape: output, init: args.bias_init, ...fans }] : []),
  ]
}

/**
 * Output channel o is linear in the maps kernel[…, o] (`wm.unsharp`'s 2m − box(m) as well), and its bias [Hₒ, Wₒ] is added last. So a
 * number per channel goes through the box filter into those maps. One per pixel would not: the filter mixes pixels.
 */
export const weightMapAbsorption: Absorption = { scale: 'kernel', offset: 'bias' }

/** MACs of Σ over cᵢ of eq. 1 as compiled (one matrix product per pixel), or its products as written. */
export function weightMapProducts(args: WeightMapArgs, { height, width, channels }: Placement): number {
  return height * width * channels * args.channels
}

/**
 * Additions of a k×k box filter done as k×1 after 1×k on the Cₒ maps: k − 1 for each element that the rows'
 * pass puts out (H rows of Wₒ) and that the columns' pass puts out (Hₒ rows of Wₒ).
 */
export function boxAdditions(args: WeightMapArgs, { height, outHeight, outWidth }: Placement): number {
  return (args.k - 1) * args.channels * outWidth * (height + outHeight)
}

/** Eq. 1: m = W ⊙ x for every pair of channels, [B, H, W, Cᵢ·Cₒ], the maps of one input channel side by side. */
export function pairMaps<T>(ops: Ops<T>, x: T, kernel: T, channels: number): T {
  const [height = 0, width = 0, inputs = 0] = ops.shapeOf(x)
  const pairs = ops.mul(ops.reshape(x, [height, width, inputs, 1]), kernel)
  return ops.reshape(pairs, [height, width, inputs * channels])
}

/** Each map under a k×k filter of ones. */
export function onesFilter<T>(ops: Ops<T>, m: T, k: number, step: WindowStep): T {
  return ops.depthwiseConv2d(m, ops.ones([k, k, ops.shapeOf(m).at(-1) ?? 0, 1]), step)
}

/** Σ over cᵢ of what `pairMaps` laid side by side: [B, H, W, Cᵢ·Cₒ] to [B, H, W, Cₒ]. */
export function sumOverInputs<T>(ops: Ops<T>, m: T, channels: number): T {
  const [height = 0, width = 0, maps = 0] = ops.shapeOf(m)
  return ops.sum(ops.reshape(m, [height, width, maps / channels, channels]), [3])
}
