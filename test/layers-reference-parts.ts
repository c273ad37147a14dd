import type { Shape } from '../src/graph/graph.ts'

/** What a reference gives for one example. */
export interface Result {
  readonly values: Float64Array
  readonly shape: Shape
  /** Multiply–adds of sliding kernels and of matrix products, and products outside them. */
  readonly counted: { readonly conv: number; readonly dense: number; readonly products: number }
}

export interface Map3 {
  readonly data: ArrayLike<number>
  readonly h: number
  readonly w: number
  readonly c: number
}

export type Weights = Readonly<Record<string, ArrayLike<number>>>
/** Numbers by name; switches are 0 or 1. */
export type Args = Readonly<Record<string, number>>

export const get = (values: ArrayLike<number> | undefined, index: number): number => {
  const value = values?.[index]
  if (value === undefined) throw new Error(`nothing at ${index}`)
  return value
}

/** Zero outside of the map. */
export const pixel = (map: Map3, y: number, x: number, c: number): number =>
  y < 0 || x < 0 || y >= map.h || x >= map.w ? 0 : get(map.data, (y * map.w + x) * map.c + c)

/** Output positions by trying them one by one: the window must lie inside the padded map. */
export const positions = (size: number, span: number, stride: number, padding: number): readonly number[] => {
  const starts: number[] = []
  for (let start = -padding; start + span <= size + padding; start += stride) starts.push(start)
  return starts
}

/** Eq. 1, one map [H, W, Cₒ] per input channel. */
export function products(map: Map3, channels: number, kernel: ArrayLike<number> | undefined) {
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
export function onesKernel(maps: readonly Map3[], k: number, stride: number, padding: number) {
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

export function pool(map: Map3, args: Args, reduce: (window: readonly number[]) => number): Result {
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

/** Mean 0 and variance 1 within each set of elements, then scale and offset by channel. */
export function normalize(
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
export function resize(
  map: Map3,
  h: number,
  w: number,
  from: (y: number, x: number) => readonly [number, number],
): Result {
  const values: number[] = []
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [fromY, fromX] = from(y, x)
      for (let c = 0; c < map.c; c++) values.push(pixel(map, fromY, fromX, c))
    }
  return done(values, [h, w, map.c])
}

export function elementwise(f: (x: number, args: Args) => number) {
  return (map: Map3, args: Args, _weights: Weights, shape: Shape): Result =>
    done(
      Array.from(map.data, (x) => f(x, args)),
      shape,
    )
}

/** Φ(x) by Simpson's rule on the density. */
export function normalDistribution(x: number): number {
  // The rest is below float64's precision, and far out the steps would be too wide.
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0
  const steps = 2000
  const width = x / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-((i * width) ** 2) / 2)
  }
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI)
}

export function each(values: ArrayLike<number>, visit: (value: number, index: number) => void): void {
  for (let i = 0; i < values.length; i++) visit(get(values, i), i)
}

export function done(values: readonly number[], shape: Shape, counted: Partial<Result['counted']> = {}): Result {
  return { values: Float64Array.from(values), shape, counted: { conv: 0, dense: 0, products: 0, ...counted } }
}
