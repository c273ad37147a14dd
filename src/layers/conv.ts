import type { Shape } from '../graph/graph.ts'
import { he } from '../init/he.ts'
import { defaultCall } from '../init/init.ts'
import { zeros } from '../init/zeros.ts'
import { type ArgsOf, bool, call, int, intOr } from '../registry/params.ts'
import { defineLayer } from './layer.ts'
import { weightOf } from './ops.ts'
import { accept, costOf, onlyInput, reject } from './rules.ts'
import { connectPadded } from './symbolic.ts'
import { canonicalArgs, paddingOf, placementOf, placeWindow, type Window } from './window.ts'

const params = {
  channels: int({ min: 1, doc: 'Output channels.' }),
  k: int({ min: 1, default: 3, doc: 'Side of the square kernel.' }),
  stride: int({ min: 1, default: 1, doc: 'Step between output pixels.' }),
  padding: intOr(['same'], { min: 0, default: 0, doc: 'Zeros on each side; "same" means dilation·(k−1)/2.' }),
  dilation: int({ min: 1, default: 1, doc: 'Step between kernel elements.' }),
  groups: int({ min: 1, default: 1, doc: 'Parts of the channels that do not mix.' }),
  bias: bool({ default: true, doc: 'Add one learned number per output channel.' }),
  init: call('init', { default: defaultCall(he), doc: 'Initial kernel.' }),
  bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial bias.' }),
}
type Args = ArgsOf<typeof params>

/** Cross-correlation with learned kernels: x [B, H, W, Cᵢ], kernel [k, k, Cᵢ/groups, Cₒ], bias [Cₒ]. */
export const conv = defineLayer({
  name: 'conv',
  doc: 'Convolution with square kernels, the same for every pixel.',
  example: 'conv(8, k=3, padding="same")',
  params,
  convolutional: true,
  canonical: canonicalArgs,
  absorbs: { scale: 'kernel', offset: 'bias' },
  shape(args, inputs) {
    const placed = placeWindow('conv', windowOf(args), onlyInput(inputs))
    if (!placed.ok) return reject(placed.problem)
    const { channels, outHeight, outWidth } = placed.placement
    if (channels % args.groups !== 0 || args.channels % args.groups !== 0) {
      return reject({
        code: 'WM0304',
        message: `has ${channels} input and ${args.channels} output channels, not both divisible by groups=${args.groups}`,
        parameter: 'groups',
      })
    }
    return accept(outHeight, outWidth, args.channels)
  },
  weights(args, inputs) {
    const { channels } = placementOf('conv', windowOf(args), onlyInput(inputs))
    const fanIn = (args.k ** 2 * channels) / args.groups
    const fanOut = (args.k ** 2 * args.channels) / args.groups
    const shape: Shape = [args.k, args.k, channels / args.groups, args.channels]
    return [
      { name: 'kernel', shape, trainable: true, init: args.init, fanIn, fanOut },
      ...(args.bias
        ? [{ name: 'bias', shape: [args.channels], trainable: true, init: args.bias_init, fanIn, fanOut }]
        : []),
    ]
  },
  cost(args, inputs) {
    const { channels, outHeight, outWidth } = placementOf('conv', windowOf(args), onlyInput(inputs))
    return costOf({ conv: (outHeight * outWidth * args.k ** 2 * channels * args.channels) / args.groups })
  },
  forward(ops, inputs, weights, args) {
    const { stride, dilation, groups } = args
    const step = { stride, padding: paddingOf(args), dilation, groups }
    return ops.conv2d(onlyInput(inputs), weightOf(weights, 'kernel'), weights.bias, step)
  },
  stock: {
    // tfjs-layers has no groups, and tfjs-core no gradient of a dilated convolution.
    covers: (args) => args.groups === 1 && args.dilation === 1,
    build(layers, name, args, inputs) {
      const layer = layers.conv2d({
        name,
        filters: args.channels,
        kernelSize: args.k,
        strides: args.stride,
        padding: 'valid',
        useBias: args.bias,
        kernelInitializer: 'zeros',
      })
      return connectPadded(layers, layer, paddingOf(args), inputs)
    },
  },
})

function windowOf(args: Args): Window {
  return { noun: 'kernel', ...args }
}
