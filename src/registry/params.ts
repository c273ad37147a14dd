import type { ResolvedCall } from './construct.ts'

/** The registries, by what their entries are. */
export type RegistryName =
  | 'layer'
  | 'init'
  | 'optimizer'
  | 'loss'
  | 'keep'
  | 'dataset'
  | 'augment'
  | 'noise'
  | 'attack'
  | 'measure'
  | 'explain'

/** Which numbers a parameter takes. Bounds are inclusive unless `open`. */
export interface NumericDomain {
  readonly min?: number
  readonly max?: number
  /** The minimum itself is excluded, as for a learning rate. */
  readonly openMin?: boolean
  /** The maximum itself is excluded, as for a dropout rate. */
  readonly openMax?: boolean
  readonly oneOf?: readonly number[]
}

/** A type of the language: of a hyperparameter, a parameter of a network, or an expression. */
export type Type =
  | { readonly kind: 'int'; readonly domain?: NumericDomain }
  | { readonly kind: 'float'; readonly domain?: NumericDomain }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  | { readonly kind: 'shape'; readonly rank?: number }
  /** A bare word out of a fixed set: `padding="same"`, `renormalize=minmax`. Quoted or not. */
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  /** A call from a registry. `layer` is `{ kind: 'call', registry: 'layer' }`. */
  | { readonly kind: 'call'; readonly registry: RegistryName }
  | { readonly kind: 'list'; readonly element: Type }
  /** One number, a range or a list of numbers: evaluated as a sweep. */
  | { readonly kind: 'sweep'; readonly domain?: NumericDomain }
  /** The label of an earlier layer: `add(stem)`. */
  | { readonly kind: 'label' }
  | { readonly kind: 'either'; readonly options: readonly Type[] }

/** A hyperparameter's value once everything is known. Plain data: hashed, stored, sent to workers. */
export type ArgValue = number | boolean | string | null | ResolvedCall | readonly ArgValue[]

/** The default of a parameter: a value, or the value of an earlier parameter. */
export type Default =
  | { readonly kind: 'value'; readonly value: ArgValue }
  | { readonly kind: 'sameAs'; readonly parameter: string }

/** One hyperparameter. `T` is what layer code receives; it exists for inference only. */
export interface ParamSpec<T = unknown> {
  readonly type: Type
  readonly doc: string
  readonly default?: Default
  readonly infer?: () => T
}

/** In declared order, which is the positional order. */
export type Params = Readonly<Record<string, ParamSpec>>

/** What the rules of a construct receive for its `params`. */
export type ArgsOf<P extends Params> = {
  readonly [K in keyof P]: P[K] extends ParamSpec<infer T> ? T : never
}

interface Options<T> extends NumericDomain {
  readonly doc: string
  readonly default?: T
  /** Defaults to the value of this earlier parameter. */
  readonly sameAs?: string
}

export function int(options: Options<number>): ParamSpec<number> {
  return spec({ kind: 'int', domain: domainOf(options) }, options)
}

export function float(options: Options<number>): ParamSpec<number> {
  return spec({ kind: 'float', domain: domainOf(options) }, options)
}

export function bool(options: { doc: string; default?: boolean }): ParamSpec<boolean> {
  return spec({ kind: 'bool' }, options)
}

/** A shape such as `28x28x1`, given to rules as its dimensions. */
export function shape(options: {
  doc: string
  default?: readonly number[]
  rank?: number
}): ParamSpec<readonly number[]> {
  return spec({ kind: 'shape', ...(options.rank === undefined ? {} : { rank: options.rank }) }, options)
}

export function choice<const O extends readonly string[]>(
  choices: O,
  options: { doc: string; default?: O[number] },
): ParamSpec<O[number]> {
  return spec({ kind: 'choice', options: choices }, options)
}

/** An integer or one of a few words, as `padding=0|"same"`. */
export function intOr<const O extends readonly string[]>(
  words: O,
  options: Options<number | O[number]>,
): ParamSpec<number | O[number]> {
  const type: Type = {
    kind: 'either',
    options: [
      { kind: 'int', domain: domainOf(options) },
      { kind: 'choice', options: words },
    ],
  }
  return spec(type, options)
}

export function call(
  registry: RegistryName,
  options: { doc: string; default?: ResolvedCall },
): ParamSpec<ResolvedCall> {
  return spec({ kind: 'call', registry }, options)
}

export function sweep(options: Options<readonly number[]>): ParamSpec<readonly number[]> {
  return spec({ kind: 'sweep', domain: domainOf(options) }, options)
}

export function label(options: { doc: string }): ParamSpec<string> {
  return spec({ kind: 'label' }, options)
}

function spec<T>(type: Type, options: { doc: string; default?: unknown; sameAs?: string }): ParamSpec<T> {
  const base = { type, doc: options.doc }
  if (options.sameAs !== undefined) return { ...base, default: { kind: 'sameAs', parameter: options.sameAs } }
  if (options.default !== undefined) return { ...base, default: { kind: 'value', value: options.default as ArgValue } }
  return base
}

function domainOf(options: NumericDomain): NumericDomain {
  const { min, max, openMin, openMax, oneOf } = options
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(openMin === undefined ? {} : { openMin }),
    ...(openMax === undefined ? {} : { openMax }),
    ...(oneOf === undefined ? {} : { oneOf }),
  }
}
