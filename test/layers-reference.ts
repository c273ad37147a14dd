import type { Shape } from '../src/graph/graph.ts'
import type { ArgValue } from '../src/registry/params.ts'
import {
  type Args,
  done,
  each,
  elementwise,
  get,
  type Map3,
  normalDistribution,
  normalize,
  onesKernel,
  pixel,
  pool,
  positions,
  products,
  type Result,
  resize,
  type Weights,
} from './layers-reference-parts.ts'

/** The layers once more in float64, written straight from their definitions; every multiplication is counted. */
export function reference(
  layer: string,
  args: Readonly<Record<string, ArgValue>>,
  input: ArrayLike<number>,
  shape: Shape,
  weights: Weights,
): Result {
  const [h = 0, w = 0, c = 0] = shape
  const map: Map3 = { data: input, h, w, c }
  const rule = rules[layer]
  if (rule === undefined) throw new Error(`no reference for ${layer}`)
  return rule(map, readNumbers(args), weights, shape)
}

/** "same" as the number of zeros that it stands for. */
function readNumbers(args: Readonly<Record<string, ArgValue>>): Args {
  const numbers: Record<string, number> = {}
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === 'number' || typeof value === 'boolean') numbers[name] = Number(value)
  }
  if (args.padding === 'same') numbers.padding = ((numbers.dilation ?? 1) * ((numbers.k ?? 1) - 1)) / 2
  return numbers
}

const rules: Record<string, (map: Map3, args: Args, weights: Weights, shape: Shape) => Result> = {
  conv(map, args, { kernel, bias }) {
    const { k, stride, dilation, groups, channels, padding } = args
    const span = dilation * (k - 1) + 1
    const ys = positions(map.h, span, stride, padding)
    const xs = positions(map.w, span, stride, padding)
    const perGroup = map.c / groups
    const values: number[] = []
    let conv = 0
    for (const y of ys)
      for (const x of xs)
        for (let o = 0; o < channels; o++) {
          const group = Math.floor(o / (channels / groups))
          let sum = bias === undefined ? 0 : get(bias, o)
          for (let i = 0; i < k; i++)
            for (let j = 0; j < k; j++)
              for (let c = 0; c < perGroup; c++) {
                const weight = get(kernel, ((i * k + j) * perGroup + c) * channels + o)
                sum += weight * pixel(map, y + i * dilation, x + j * dilation, group * perGroup + c)
                conv++
              }
          values.push(sum)
        }
    return done(values, [ys.length, xs.length, channels], { conv })
  },

  depthwise(map, args, { depthwise_kernel, bias }) {
    // Read row by row, a depthwise kernel [k, k, C, M] is a grouped convolution's kernel [k, k, 1, C·M].
    const grouped = { ...args, dilation: 1, groups: map.c, channels: map.c * args.multiplier }
    const weights = { kernel: depthwise_kernel ?? [], ...(bias && { bias }) }
    return reference('conv', grouped, map.data, [map.h, map.w, map.c], weights)
  },

  separable(map, args, { depthwise_kernel, pointwise_kernel, bias }) {
    const each = { ...args, multiplier: 1, bias: false }
    const first = reference('depthwise', each, map.data, [map.h, map.w, map.c], {
      depthwise_kernel: depthwise_kernel ?? [],
    })
    const across = { ...args, k: 1, stride: 1, padding: 0, dilation: 1, groups: 1 }
    const weights = { kernel: pointwise_kernel ?? [], ...(bias && { bias }) }
    const second = reference('conv', across, first.values, first.shape, weights)
    return { ...second, counted: { ...second.counted, conv: first.counted.conv + second.counted.conv } }
  },

  'wm.smooth'(map, args, { kernel, bias }) {
    const m = products(map, args.channels, kernel)
    const boxed = onesKernel(m.maps, args.k, args.stride, args.padding)
    const scale = args.normalize ? 1 / args.k ** 2 : 1
    const values = boxed.values.map((value, i) => value * scale + (bias === undefined ? 0 : get(bias, i)))
    return done(values, boxed.shape, { conv: boxed.conv, products: m.count })
  },

  'wm.unsharp'(map, args, { kernel, bias }) {
    const { k, stride, channels } = args
    const m = products(map, channels, kernel)
    const boxed = onesKernel(m.maps, k, 1, (k - 1) / 2)
    const scale = args.normalize ? 1 / k ** 2 : 1
    const values: number[] = []
    const shape = [Math.ceil(map.h / stride), Math.ceil(map.w / stride), channels]
    for (let y = 0; y < map.h; y += stride)
      for (let x = 0; x < map.w; x += stride)
        for (let o = 0; o < channels; o++) {
          let sum = bias === undefined ? 0 : get(bias, values.length)
          for (const maps of m.maps) sum += 2 * pixel(maps, y, x, o)
          values.push(sum - scale * get(boxed.values, (y * map.w + x) * channels + o))
        }
    return done(values, shape, { conv: boxed.conv, products: m.count })
  },

  dense(_map, args, { kernel, bias }, [size = 0]) {
    const values: number[] = []
    let dense = 0
    for (let o = 0; o < args.units; o++) {
      let sum = bias === undefined ? 0 : get(bias, o)
      for (let i = 0; i < size; i++) {
        sum += get(_map.data, i) * get(kernel, i * args.units + o)
        dense++
      }
      values.push(sum)
    }
    return done(values, [args.units], { dense })
  },

  maxpool: (map, args) => pool(map, args, (window) => Math.max(...window)),
  avgpool: (map, args) => pool(map, args, (window) => window.reduce((sum, value) => sum + value, 0) / window.length),

  global_avgpool(map) {
    const sums = new Array<number>(map.c).fill(0)
    each(map.data, (value, i) => {
      sums[i % map.c] = get(sums, i % map.c) + value / (map.h * map.w)
    })
    return done(sums, [map.c])
  },

  batchnorm(map, args, { gamma, beta, moving_mean, moving_variance }, shape) {
    const channels = shape.at(-1) ?? 0
    const values: number[] = []
    each(map.data, (value, i) => {
      const c = i % channels
      const spread = Math.sqrt(get(moving_variance, c) + args.epsilon)
      values.push((get(gamma, c) * (value - get(moving_mean, c))) / spread + get(beta, c))
    })
    return done(values, shape)
  },

  layernorm(map, args, weights, shape) {
    const channels = shape.at(-1) ?? 0
    return normalize(map.data, args.epsilon, weights, shape, (i) => Math.floor(i / channels))
  },
  groupnorm(map, args, weights, shape) {
    const channels = shape.at(-1) ?? 0
    return normalize(map.data, args.epsilon, weights, shape, (i) =>
      Math.floor(((i % channels) * args.groups) / channels),
    )
  },

  pad: (map, { size }) => resize(map, map.h + 2 * size, map.w + 2 * size, (y, x) => [y - size, x - size]),
  crop: (map, { size }) => resize(map, map.h - 2 * size, map.w - 2 * size, (y, x) => [y + size, x + size]),
  upsample: (map, { size }) =>
    resize(map, map.h * size, map.w * size, (y, x) => [Math.floor(y / size), Math.floor(x / size)]),

  scale(map, _args, { kernel }, shape) {
    const values: number[] = []
    each(map.data, (value, i) => values.push(value * get(kernel, i)))
    return done(values, shape, { products: values.length })
  },

  flatten: (map) => done(Array.from(map.data), [map.data.length]),
  // Only while training do these do anything.
  dropout: elementwise((x) => x),
  uniform_noise: elementwise((x) => x),
  gaussian_noise: elementwise((x) => x),
  relu: elementwise((x) => Math.max(x, 0)),
  leaky_relu: elementwise((x, args) => (x > 0 ? x : args.slope * x)),
  elu: elementwise((x) => (x > 0 ? x : Math.exp(x) - 1)),
  selu: elementwise((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1))),
  gelu: elementwise((x) => x * normalDistribution(x)),
  silu: elementwise((x) => x / (1 + Math.exp(-x))),
  tanh: elementwise(Math.tanh),
  sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x))),

  softmax(map, _args, _weights, shape) {
    const channels = shape.at(-1) ?? 0
    const values: number[] = []
    each(map.data, (value, i) => {
      const start = i - (i % channels)
      let sum = 0
      for (let c = 0; c < channels; c++) sum += Math.exp(get(map.data, start + c))
      values.push(Math.exp(value) / sum)
    })
    return done(values, shape)
  },
}
