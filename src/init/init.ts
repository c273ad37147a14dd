import type { Shape } from '../graph/graph.ts'
import type { RandomStream } from '../random/stream.ts'
import type { Construct, ResolvedCall } from '../registry/construct.ts'
import type { ArgsOf, ArgValue, Params } from '../registry/params.ts'

/** What an initializer may know about the array it fills. */
export interface InitTarget {
  readonly shape: Shape
  /** How many products one output element of the layer sums. */
  readonly fanIn: number
  /** How many output elements one input element of the layer feeds. */
  readonly fanOut: number
}

/** A way to draw the weights that training starts from. */
export interface InitSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'init'
  /** The values in row-major order; draws from `random` alone, so that a seed fixes them on every backend. */
  sample(args: ArgsOf<P>, target: InitTarget, random: RandomStream): Float32Array
}

/** Declares an initializer. */
export function defineInit<const P extends Params>(definition: Omit<InitSpec<P>, 'registry'>): InitSpec<P> {
  return { ...definition, registry: 'init' }
}

/** The call without arguments, as the default of another construct's `init`: every parameter at its own default. */
export function defaultCall(spec: InitSpec): ResolvedCall {
  const args: Record<string, ArgValue> = {}
  for (const [name, param] of Object.entries(spec.params)) {
    if (param.default?.kind !== 'value') throw new Error(`init '${spec.name}' has no default for '${name}'`)
    args[name] = param.default.value
  }
  return { registry: 'init', name: spec.name, args }
}

/** How many values a shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

/** `size` values, each from one call of `draw`. */
export function fill(shape: Shape, draw: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, draw)
}
