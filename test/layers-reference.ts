import type { Shape } from '../src/graph/graph.ts'

/** The layers once more in float64, written straight from their definitions; every multiplication is counted. */
export interface Result {
  readonly values: Float64Array
  readonly shape: Shape
  /** Multiply–adds of sliding kernels and of matrix products, and products outside them. */
  readonly counted: { readonly conv: number; readonly dense: number; readonly products: number }
}

interface Map3 {
  readonly data: ArrayLike<number>
  readonly h: number
  readonly w: number
  readonly c: number
}

type Weights = Readonly<Record<string, ArrayLike<number>>>
// biome-ignore lint/suspicious/noExplicitAny: arguments as each layer declares them
type Args = any

/** One example through one layer. */
export function reference(layer: string, args: Args, input: ArrayLike<number>, shape: Shape, weights: Weights): Result {
  const [h = 0, w = 0, c = 0] = shape
  const map: Map3 = { data: input, h, w, c }
  const rule = rules[layer]
  if (rule === undefined) throw new Error(`no reference for ${layer}`)
  return rule(map, args, weights, shape)
}

const get = (values: ArrayLike<number> | undefined, index: number): number => {
  const value = values?.[index]
  if (value === undefined) throw new Error(`nothing at ${index}`)
  return value
}

/** Zero outside of the map. */
const pixel = (map: Map3, y: number, x: number, c: number): number =>
  y < 0 || x < 0 || y >= map.h || x >= map.w ? 0 : get(map.data, (y * map.w + x) * map.c + c)

/** Output positions by trying them one by one: the window must lie inside the padded map. */
const positions = (size: number, span: number, stride: number, padding: number): readonly number[] => {
  const starts: number[] = []
  for (let start = -padding; start + span <= size + padding; start += stride) starts.push(start)
  return starts
}

const rules: Record<string, (map: Map3, args: Args, weights: Weights, shape: Shape) => Result> = {
  conv(map, args, { kernel, bias }) {
    const { k, stride, dilation, groups, channels } = args
    const padding = args.padding === 'same' ? (dilation * (k - 1)) / 2 : args.padding
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
    const grouped = { ...args, dilation: 1, groups: map.c, channels: map.c * args.multiplier }
    const weights = { kernel: channelsLast(args.k, map.c, args.multiplier, depthwise_kernel), ...(bias && { bias }) }
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
    const padding = args.padding === 'same' ? (args.k - 1) / 2 : args.padding
    const m = products(map, args.channels, kernel)
    const boxed = onesKernel(m.maps, args.k, args.stride, padding)
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

/** Eq. 1, one map [H, W, Cₒ] per input channel. */
function products(map: Map3, channels: number, kernel: ArrayLike<number> | undefined) {
  let count = 0
  const maps = Array.from({ length: map.c }, (_unused, c): Map3 => {
    const data: number[] = []
    for (let p = 0; p < map.h * map.w; p++)
      for (let o = 0; o < channels; o++) {
        data.push(get(kernel, (p * map.c + c) * channels + o) * get(map.data, p * map.c + c))
        count++
      }
    return { data, h: map.h, w: map.w, c: channels }
  })
  return { maps, count }
}

/** Eq. 2 without its bias: the maps of all input channels under a kernel of ones. */
function onesKernel(maps: readonly Map3[], k: number, stride: number, padding: number) {
  const { h = 0, w = 0, c: channels = 0 } = maps[0] ?? {}
  const ys = positions(h, k, stride, padding)
  const xs = positions(w, k, stride, padding)
  const values: number[] = []
  let conv = 0
  for (const y of ys)
    for (const x of xs)
      for (let o = 0; o < channels; o++) {
        let sum = 0
        for (const map of maps)
          for (let i = 0; i < k; i++)
            for (let j = 0; j < k; j++) {
              sum += 1 * pixel(map, y + i, x + j, o)
              conv++
            }
        values.push(sum)
      }
  return { values, shape: [ys.length, xs.length, channels], conv }
}

function pool(map: Map3, args: Args, reduce: (window: readonly number[]) => number): Result {
  const ys = positions(map.h, args.size, args.stride, 0)
  const xs = positions(map.w, args.size, args.stride, 0)
  const values: number[] = []
  for (const y of ys)
    for (const x of xs)
      for (let c = 0; c < map.c; c++) {
        const window: number[] = []
        for (let i = 0; i < args.size; i++) for (let j = 0; j < args.size; j++) window.push(pixel(map, y + i, x + j, c))
        values.push(reduce(window))
      }
  return done(values, [ys.length, xs.length, map.c])
}

/** A grouped convolution's kernel [k, k, 1, C·M] is a depthwise one [k, k, C, M] read the same way. */
function channelsLast(k: number, channels: number, multiplier: number, kernel: ArrayLike<number> | undefined) {
  return Array.from({ length: k * k * channels * multiplier }, (_unused, i) => get(kernel, i))
}

/** Mean 0 and variance 1 within each set of elements, then scale and offset by channel. */
function normalize(
  data: ArrayLike<number>,
  epsilon: number,
  { gamma, beta }: Weights,
  shape: Shape,
  setOf: (index: number) => number,
): Result {
  const channels = shape.at(-1) ?? 0
  const values = Array.from(data, (value, i) => {
    const set = Array.from(data).filter((_other, j) => setOf(j) === setOf(i))
    const mean = set.reduce((sum, other) => sum + other, 0) / set.length
    const variance = set.reduce((sum, other) => sum + (other - mean) ** 2, 0) / set.length
    return (get(gamma, i % channels) * (value - mean)) / Math.sqrt(variance + epsilon) + get(beta, i % channels)
  })
  return done(values, shape)
}

/** A map whose pixels come from the given places of another, zero outside. */
function resize(map: Map3, h: number, w: number, from: (y: number, x: number) => readonly [number, number]): Result {
  const values: number[] = []
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [fromY, fromX] = from(y, x)
      for (let c = 0; c < map.c; c++) values.push(pixel(map, fromY, fromX, c))
    }
  return done(values, [h, w, map.c])
}

function elementwise(f: (x: number, args: Args) => number) {
  return (map: Map3, args: Args, _weights: Weights, shape: Shape): Result =>
    done(
      Array.from(map.data, (x) => f(x, args)),
      shape,
    )
}

/** Φ(x) by Simpson's rule on the density. */
function normalDistribution(x: number): number {
  const steps = 2000
  const width = x / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-((i * width) ** 2) / 2)
  }
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI)
}

function each(values: ArrayLike<number>, visit: (value: number, index: number) => void): void {
  for (let i = 0; i < values.length; i++) visit(get(values, i), i)
}

function done(values: readonly number[], shape: Shape, counted: Partial<Result['counted']> = {}): Result {
  return { values: Float64Array.from(values), shape, counted: { conv: 0, dense: 0, products: 0, ...counted } }
}
