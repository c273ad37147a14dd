import type { Shape } from '../graph/graph.ts'
import { he } from '../init/he.ts'
import { defaultCall } from '../init/init.ts'
import { zeros } from '../init/zeros.ts'
import { type ArgsOf, bool, call, int, intOr } from '../registry/params.ts'
import { defineLayer, type WeightSpec } from './layer.ts'
import { weightOf } from './ops.ts'
import { accept, costOf, onlyInput, reject } from './rules.ts'
import { connectPadded } from './symbolic.ts'
import { canonicalArgs, paddingOf, placementOf, placeWindow, type Window } from './window.ts'

const params = {
  channels: int({ min: 1, doc: 'Output channels.' }),
  k: int({ min: 1, default: 3, doc: 'Side of the square kernel.' }),
  stride: int({ min: 1, default: 1, doc: 'Step between output pixels.' }),
  padding: intOr(['same'], { min: 0, default: 0, doc: 'Zeros on each side; "same" means (k−1)/2.' }),
  bias: bool({ default: true, doc: 'Add one learned number per output channel.' }),
  init: call('init', { default: defaultCall(he), doc: 'Initial kernels, each with its own fan-in.' }),
  bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial bias.' }),
}
type Args = ArgsOf<typeof params>

/** A depthwise convolution [k, k, C, 1], then a 1×1 convolution [1, 1, C, Cₒ], with nothing between them. */
export const separable = defineLayer({
  name: 'separable',
  doc: 'Convolution of each channel on its own, then a 1x1 convolution across channels.',
  example: 'separable(8, k=3)',
  params,
  convolutional: true,
  canonical: canonicalArgs,
  absorbs: { scale: 'pointwise_kernel', offset: 'bias' },
  shape(args, inputs) {
    const placed = placeWindow('separable', windowOf(args), onlyInput(inputs))
    return placed.ok
      ? accept(placed.placement.outHeight, placed.placement.outWidth, args.channels)
      : reject(placed.problem)
  },
  weights: separableWeights,
  cost(args, inputs) {
    const { outHeight, outWidth, channels } = placementOf('separable', windowOf(args), onlyInput(inputs))
    return costOf({ conv: outHeight * outWidth * channels * (args.k ** 2 + args.channels) })
  },
  forward(ops, inputs, weights, args) {
    const step = { stride: args.stride, padding: paddingOf(windowOf(args)) }
    const maps = ops.depthwiseConv2d(onlyInput(inputs), weightOf(weights, 'depthwise_kernel'), step)
    const y = ops.conv2d(maps, weightOf(weights, 'pointwise_kernel'), undefined, { stride: 1, padding: 0 })
    return weights.bias === undefined ? y : ops.add(y, weights.bias)
  },
  stock: {
    build(layers, name, args, inputs) {
      const layer = layers.separableConv2d({
        name,
        filters: args.channels,
        kernelSize: args.k,
        strides: args.stride,
        padding: 'valid',
        useBias: args.bias,
        depthwiseInitializer: 'zeros',
        pointwiseInitializer: 'zeros',
      })
      return connectPadded(layers, layer, paddingOf(windowOf(args)), inputs)
    },
  },
})

function separableWeights(args: Args, inputs: readonly Shape[]): readonly WeightSpec[] {
  const channels = onlyInput(inputs).at(-1) ?? 0
  const { k, init, bias_init } = args
  const pointwise = { fanIn: channels, fanOut: args.channels, trainable: true }
  return [
    { name: 'depthwise_kernel', shape: [k, k, channels, 1], init, fanIn: k ** 2, fanOut: k ** 2, trainable: true },
    { name: 'pointwise_kernel', shape: [1, 1, channels, args.channels], init, ...pointwise },
    ...(args.bias ? [{ name: 'bias', shape: [args.channels], init: bias_init, ...pointwise }] : []),
  ]
}

function windowOf({ k, stride, padding }: Args): Window {
  return { noun: 'kernel', k, stride, padding, dilation: 1 }
}
