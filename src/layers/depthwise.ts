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
  k: int({ min: 1, default: 3, doc: 'Side of the square kernel.' }),
  stride: int({ min: 1, default: 1, doc: 'Step between output pixels.' }),
  padding: intOr(['same'], { min: 0, default: 0, doc: 'Zeros on each side; "same" means (k−1)/2.' }),
  multiplier: int({ min: 1, default: 1, doc: 'Output channels per input channel.' }),
  bias: bool({ default: true, doc: 'Add one learned number per output channel.' }),
  init: call('init', { default: defaultCall(he), doc: 'Initial kernel.' }),
  bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial bias.' }),
}

/** Each channel under its own kernels: x [B, H, W, C], kernel [k, k, C, M], output [B, Hₒ, Wₒ, C·M]. */
export const depthwise = defineLayer({
  name: 'depthwise',
  doc: 'Convolution of each channel on its own.',
  example: 'depthwise(k=3)',
  params,
  convolutional: true,
  canonical: canonicalArgs,
  absorbs: { scale: 'depthwise_kernel', offset: 'bias' },
  shape(args, inputs) {
    const placed = placeWindow('depthwise', windowOf(args), onlyInput(inputs))
    if (!placed.ok) return reject(placed.problem)
    const { outHeight, outWidth, channels } = placed.placement
    return accept(outHeight, outWidth, channels * args.multiplier)
  },
  weights(args, inputs) {
    const channels = onlyInput(inputs).at(-1) ?? 0
    const fans = { fanIn: args.k ** 2, fanOut: args.k ** 2 * args.multiplier, trainable: true }
    const bias = { name: 'bias', shape: [channels * args.multiplier], init: args.bias_init, ...fans }
    return [
      { name: 'depthwise_kernel', shape: [args.k, args.k, channels, args.multiplier], init: args.init, ...fans },
      ...(args.bias ? [bias] : []),
    ]
  },
  cost(args, inputs) {
    const { outHeight, outWidth, channels } = placementOf('depthwise', windowOf(args), onlyInput(inputs))
    return costOf({ conv: outHeight * outWidth * args.k ** 2 * channels * args.multiplier })
  },
  forward(ops, inputs, weights, args) {
    const step = { stride: args.stride, padding: paddingOf(windowOf(args)) }
    const y = ops.depthwiseConv2d(onlyInput(inputs), weightOf(weights, 'depthwise_kernel'), step)
    return weights.bias === undefined ? y : ops.add(y, weights.bias)
  },
  stock: {
    build(layers, name, args, inputs) {
      const layer = layers.depthwiseConv2d({
        name,
        kernelSize: args.k,
        strides: args.stride,
        padding: 'valid',
        depthMultiplier: args.multiplier,
        useBias: args.bias,
        depthwiseInitializer: 'zeros',
      })
      return connectPadded(layers, layer, paddingOf(windowOf(args)), inputs)
    },
  },
})

function windowOf({ k, stride, padding }: ArgsOf<typeof params>): Window {
  return { noun: 'kernel', k, stride, padding, dilation: 1 }
}
