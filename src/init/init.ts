import type { Construct, ResolvedCall } from '../registry/construct.ts'
import type { ArgsOf, ArgValue, Params } from '../registry/params.ts'
import type { Distribution } from './distribution.ts'

export { sizeOf } from './distribution.ts'

/** What an initializer may know about the array that it is for. */
export interface InitTarget {
  /** How many products one output element of the layer sums. */
  readonly fanIn: number
  /** How many output elements one input element of the layer feeds. */
  readonly fanOut: number
}

/** A way to draw the weights that training starts from. */
export interface InitSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'init'
  /** What its values are drawn from. */
  distribution(args: ArgsOf<P>, target: InitTarget): Distribution
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
