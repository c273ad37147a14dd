import type { Span } from '../diagnostics/diagnostic.ts'
import type { Construct } from '../registry/construct.ts'
import type { Default, NumericDomain, RegistryName, Type } from '../registry/params.ts'
import type { DefineDeclaration, Expression } from '../syntax/ast.ts'
import { assertNever } from './assert-never.ts'
import type { Scope } from './scope.ts'

/** What an expression evaluates to. */
export type Value =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'word'; readonly value: string }
  | { readonly kind: 'shape'; readonly dims: readonly number[] }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | CallValue
  | UnknownValue

/**
 * A value that the static check cannot know: a parameter (its type is known), or the result of an
 * error already reported (no type: fits everywhere, so that one mistake gives one message).
 */
export interface UnknownValue {
  readonly kind: 'unknown'
  readonly type?: Type
}

/** A construct or a define with some of its arguments given: `conv(k=3)`, `adam`, `he(uniform)`. */
export interface CallValue {
  readonly kind: 'call'
  readonly target: Target
  readonly args: ReadonlyMap<string, BoundArgument>
  readonly span: Span
}

export interface BoundArgument {
  /** Coerced to the parameter's type. */
  readonly value: Value
  readonly span: Span
}

export type Target =
  | { readonly kind: 'construct'; readonly construct: Construct }
  | { readonly kind: 'define'; readonly define: DefineInfo }
  | AlternateTarget

/** `alternate(a, b)`: one option after the other, at successive uses. Arguments are bound to the options, never to it. */
export interface AlternateTarget {
  readonly kind: 'alternate'
  /** Two or more. Each keeps the span at which the source names it. */
  readonly options: readonly CallValue[]
  /** The place of the expression in the source: its uses are counted under this key, over the whole network. */
  readonly key: string
}

/** A checked `define`: a layer with a body in source. */
export interface DefineInfo {
  readonly declaration: DefineDeclaration
  /** The scope of its file: what its body and defaults may name. */
  readonly scope: Scope
  /** Filled once every name of every file is known, before any body is checked. */
  readonly parameters: CheckedParameter[]
}

/** A parameter of a network, a define or a construct, in the form in which calls are bound to it. */
export interface CheckedParameter {
  readonly name: string
  readonly type: Type
  /** Where a user's file declares it. */
  readonly span?: Span
  readonly default?: Default | { readonly kind: 'expression'; readonly expression: Expression }
}

export const unknown: UnknownValue = { kind: 'unknown' }

export function unknownOf(type: Type): UnknownValue {
  return { kind: 'unknown', type }
}

export function numberValue(value: number): Value {
  return { kind: 'number', value }
}

export function targetName(target: Target): string {
  switch (target.kind) {
    case 'construct':
      return target.construct.name
    case 'define':
      return target.define.declaration.name.text
    case 'alternate':
      return 'alternate'
    default:
      return assertNever(target)
  }
}

export function targetRegistry(target: Target): RegistryName {
  return target.kind === 'construct' ? target.construct.registry : 'layer'
}

/** In positional order. Of an `alternate`: those that every option has, since an argument is given to all of them. */
export function parametersOf(target: Target): readonly CheckedParameter[] {
  if (target.kind === 'define') return target.define.parameters
  if (target.kind === 'alternate') return sharedParameters(target)
  const known = constructParameters.get(target.construct)
  if (known !== undefined) return known
  const parameters = Object.entries(target.construct.params).map(([name, param]) => ({
    name,
    type: param.type,
    ...(param.default === undefined ? {} : { default: param.default }),
  }))
  constructParameters.set(target.construct, parameters)
  return parameters
}

/** Every call asks for them several times, and a construct never changes. */
const constructParameters = new WeakMap<Construct, readonly CheckedParameter[]>()

function sharedParameters({ options }: AlternateTarget): readonly CheckedParameter[] {
  const [first, ...others] = options.map((option) => parametersOf(option.target))
  return (first ?? []).filter(({ name }) => others.every((list) => list.some((parameter) => parameter.name === name)))
}

/** As a user would write it, shortened where long: for messages. */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case 'number':
    case 'bool':
      return String(value.value)
    case 'string':
      return JSON.stringify(value.value)
    case 'word':
      return value.value
    case 'shape':
      return value.dims.join('x')
    case 'list': {
      const shown = value.items.slice(0, 8).map(describeValue)
      return shorten(`[${shown.join(', ')}${value.items.length > 8 ? ', …' : ''}]`)
    }
    case 'call': {
      const args =
        value.target.kind === 'alternate'
          ? value.target.options.map(describeValue)
          : [...value.args].map(([name, arg]) => `${name}=${describeValue(arg.value)}`)
      return args.length === 0 ? targetName(value.target) : shorten(`${targetName(value.target)}(${args.join(', ')})`)
    }
    case 'unknown':
      return value.type === undefined ? 'an unknown value' : describeType(value.type)
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}

/** `an int in 1..1024`, `a layer`, `a list of ints`. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'int':
      return `an int${describeDomain(type.domain)}`
    case 'float':
      return `a number${describeDomain(type.domain)}`
    case 'sweep':
      return `a number, a range or a list of numbers${describeDomain(type.domain)}`
    case 'bool':
      return 'true or false'
    case 'string':
      return 'a string'
    case 'shape':
      return type.rank === 3 ? 'a shape such as 28x28x1' : 'a shape'
    case 'choice':
      return type.options.length === 1 ? `"${type.options[0]}"` : `one of ${type.options.join(', ')}`
    case 'call':
      return `${type.registry === 'init' ? 'an initializer' : withArticle(type.registry)}`
    case 'list':
      return `a list (each ${describeType(type.element)})`
    case 'label':
      return 'the label of an earlier layer'
    case 'either':
      return type.options.map(describeType).join(' or ')
  }
}

function describeDomain(domain: NumericDomain | undefined): string {
  if (domain === undefined) return ''
  if (domain.oneOf !== undefined) return ` in [${domain.oneOf.join(', ')}]`
  const { min, max } = domain
  const low = min === undefined ? '' : domain.openMin ? ` above ${min}` : ` of at least ${min}`
  const high = max === undefined ? '' : domain.openMax ? ` below ${max}` : ` of at most ${max}`
  if (min !== undefined && max !== undefined && !domain.openMin && !domain.openMax) return ` in ${min}..${max}`
  return low !== '' && high !== '' ? `${low} and${high}` : `${low}${high}`
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
