import type { Shape } from '../../../graph/graph.ts'
import type { LayerSpec } from '../../../layers/layer.ts'
import type { ArgValue } from '../../../registry/params.ts'

/** A custom layer's shapes as expressions over the sizes of its input and its channels. */
export interface WrittenShapes {
  /** Of each weight by its name. */
  readonly weights: readonly (readonly [name: string, dims: readonly string[]])[]
  /** Undefined where the input's shape is kept. */
  readonly output?: readonly string[]
  /** The output's channels are an argument of the layer. */
  readonly hasChannels: boolean
}

type Args = Readonly<Record<string, ArgValue>>

/**
 * A layer's rules say shapes as numbers. Asked twice for sizes of which no two are alike, they tell where each number comes from:
 * a size of the input, the channels, a window that slides over the input, or none of these.
 */
export function writeShapes(spec: LayerSpec, args: Args, input: Shape): WrittenShapes {
  const probes = [probe(spec, args, input, primes.slice(0, 4)), probe(spec, args, input, primes.slice(4))] as const
  const [first, second] = probes
  const weights = first.weights.map(({ name, shape }, weight) => {
    const dims = shape.map((size, axis) => nameSize(spec, size, second.weights[weight]?.shape[axis], probes))
    return [name, dims] as const
  })
  const isKept = probes.every(({ output, input: given }) => output.join() === given.join())
  const dims = first.output.map((size, axis) => nameSize(spec, size, second.output[axis], probes))
  const hasChannels = typeof args.channels === 'number'
  return { weights, hasChannels, ...(isKept ? {} : { output: dims }) }
}

/** What the sizes of an input are called. */
export function sizeNames(rank: number): readonly string[] {
  return rank === 1 ? ['size'] : ['height', 'width', 'depth']
}

/** Large, and no sum or difference of two is another. */
const primes = [1009, 2027, 3049, 4073, 5101, 6131, 7177, 8209]

interface Probe {
  /** Numbers by their names. */
  readonly names: ReadonlyMap<number, string>
  readonly input: Shape
  readonly output: Shape
  readonly weights: readonly { readonly name: string; readonly shape: Shape }[]
}

function probe(spec: LayerSpec, args: Args, { length: rank }: Shape, sizes: readonly number[]): Probe {
  const groups = typeof args.groups === 'number' ? args.groups : 1
  const input = sizes.slice(0, rank).map((size, axis) => (axis === rank - 1 ? size * groups : size))
  const channels = (sizes[3] ?? 0) * groups
  const asked = typeof args.channels === 'number' ? { ...args, channels } : args
  const result = spec.shape(asked, [input])
  if (!result.ok) throw new Error(`${spec.name} does not take ${input.join('x')}: ${result.problem.message}`)
  const names = new Map(sizeNames(rank).map((name, axis) => [input[axis] ?? 0, name]))
  names.set(channels, 'this.config.channels')
  if (groups > 1) names.set(channels / groups, `this.config.channels / ${groups}`)
  if (groups > 1) names.set((input.at(-1) ?? 0) / groups, `${sizeNames(rank).at(-1)} / ${groups}`)
  for (const [axis, side] of ['height', 'width'].entries()) {
    const slid = slideOf(asked, input[axis] ?? 0)
    if (rank === 3 && slid !== undefined && !names.has(slid.size)) names.set(slid.size, `slide(${side}, ${slid.rest})`)
  }
  return { names, input, output: result.shape, weights: spec.weights(asked, [input]) }
}

function slideOf({ k, stride, padding, dilation = 1 }: Args, size: number) {
  if (typeof k !== 'number' || typeof stride !== 'number' || typeof dilation !== 'number') return undefined
  const window = (k - 1) * dilation + 1
  // wm.unsharp keeps the size, and so has no padding to state.
  const zeros = typeof padding === 'number' ? padding : (window - 1) / 2
  const places = (own: number) => Math.floor((size + 2 * own - window) / stride) + 1
  return { size: places(zeros), rest: `${window}, ${stride}, ${zeros}` }
}

function nameSize(spec: LayerSpec, size: number, other: number | undefined, probes: readonly [Probe, Probe]): string {
  const name = probes[0].names.get(size)
  if (name !== undefined && name === probes[1].names.get(other ?? 0)) return name
  if (size === other) return String(size)
  throw new Error(`${spec.name} has a size ${size} that does not come from its input or its channels`)
}
