import { contains, type Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { Construct, ResolvedCall } from '../registry/construct.ts'
import type { ArgValue } from '../registry/params.ts'
import type { Argument } from '../syntax/ast.ts'
import { bindAlternate, requireOfAll } from './alternate.ts'
import { assertNever } from './assert-never.ts'
import { coerce } from './coerce.ts'
import { type Environment, evaluate } from './evaluate.ts'
import {
  type BoundArgument,
  type CallValue,
  type CheckedParameter,
  parametersOf,
  type Target,
  targetName,
  type Value,
} from './value.ts'

const nothing: ReadonlyMap<string, BoundArgument> = new Map()

/** The bare name of a construct or define: a call with no argument given yet. */
export function bindNothing(target: Target, span: Span): CallValue {
  return { kind: 'call', target, args: nothing, span }
}

/**
 * Gives arguments to a call value. A name binds to its parameter, a place to the parameter declared there: giving one that
 * is fixed already is an error, and never slides to the next.
 */
export function bindArguments(callee: CallValue, args: readonly Argument[], span: Span, env: Environment): CallValue {
  if (callee.target.kind === 'alternate') return bindAlternate(callee.target, args, span, env)
  const parameters = parametersOf(callee.target)
  const bound = callee.args.size === 0 ? new Map<string, BoundArgument>() : new Map(callee.args)
  let position = 0
  for (const argument of args) {
    const { name } = argument
    const parameter =
      name === undefined ? parameters[position++] : parameters.find((candidate) => candidate.name === name.text)
    const earlier = parameter === undefined ? undefined : bound.get(parameter.name)
    if (parameter !== undefined && earlier !== undefined) reportTwice(callee, parameter.name, argument, earlier, env)
    else if (parameter !== undefined) bound.set(parameter.name, bindOne(callee, parameter, argument, env))
    else if (name === undefined) reportTooMany(callee, argument, env)
    else reportUnknownArgument(callee, parameters, argument, env)
  }
  return { kind: 'call', target: callee.target, args: bound, span }
}

function bindOne(callee: CallValue, parameter: CheckedParameter, argument: Argument, env: Environment): BoundArgument {
  const recipient = { parameter, owner: targetName(callee.target) }
  const value = evaluate(argument.value, env, parameter.type)
  return { value: coerce(value, parameter.type, argument.value.span, recipient, env.report), span: argument.value.span }
}

function reportTooMany(callee: CallValue, argument: Argument, env: Environment): void {
  const names = parametersOf(callee.target).map((parameter) => parameter.name)
  const takes = names.length === 0 ? 'takes no arguments' : `takes ${names.length}: ${names.join(', ')}`
  const fixed = [...callee.args.keys()]
  const hints = fixed.length === 0 ? [] : [`already fixed: ${fixed.join(', ')}`]
  env.report.error('WM0209', argument.span, `${targetName(callee.target)} ${takes}`, { hints })
}

function reportUnknownArgument(
  callee: CallValue,
  parameters: readonly CheckedParameter[],
  argument: Argument & { readonly name?: { readonly text: string; readonly span: Span } },
  env: Environment,
): void {
  const name = argument.name?.text ?? ''
  const names = parameters.map((parameter) => parameter.name)
  const close = suggest(name, names)
  const blockOnly = name === 'norm' || name === 'act'
  const hint = blockOnly
    ? `\`${name}=\` belongs to \`block ${targetName(callee.target)}(…)\``
    : close !== undefined
      ? `did you mean \`${close}\`?`
      : names.length > 0
        ? `it takes ${names.join(', ')}`
        : 'it takes no arguments'
  env.report.error('WM0206', argument.name?.span ?? argument.span, `${targetName(callee.target)} has no \`${name}\``, {
    hints: [hint],
  })
  evaluateForErrors(argument, env)
}

/** The value of a misnamed argument may hold further, independent mistakes; a bare word may be its choice. */
function evaluateForErrors(argument: Argument, env: Environment): void {
  if (argument.value.kind !== 'name' && argument.value.kind !== 'call') evaluate(argument.value, env)
}

function reportTwice(
  callee: CallValue,
  name: string,
  argument: Argument,
  earlier: BoundArgument,
  env: Environment,
): void {
  env.report.error('WM0207', argument.span, `\`${name}\` of ${targetName(callee.target)} is given again`, {
    labels: [{ span: earlier.span, message: 'first given here' }],
  })
}

/** Fills in the defaults of a construct's call. Undefined, with a diagnostic, where an argument is missing. */
export function complete(call: CallValue, env: Environment): ResolvedCall | undefined {
  if (call.target.kind !== 'construct')
    throw new Error(`the ${call.target.kind} '${targetName(call.target)}' cannot become a resolved call`)
  const { construct } = call.target
  const bare = call.args.size === 0 ? bareCalls.get(construct) : undefined
  if (bare !== undefined) return bare
  if (!requireArguments(call, env)) return undefined
  const args: Record<string, ArgValue> = {}
  for (const parameter of parametersOf(call.target)) {
    const given = call.args.get(parameter.name)
    const value = given === undefined ? defaultOf(parameter, args) : toArgValue(given.value, env)
    if (value === undefined) return undefined
    args[parameter.name] = value
  }
  const resolved: ResolvedCall = { registry: construct.registry, name: construct.name, args }
  if (call.args.size === 0) bareCalls.set(construct, resolved)
  return resolved
}

/** With no argument given there is one result, and a construct never changes: half of a network's layers share theirs. */
const bareCalls = new WeakMap<Construct, ResolvedCall>()

/** Reports every argument without value or default, at the place that uses the call; true when there is none. */
export function requireArguments(call: CallValue, env: Environment, site: Span = call.span): boolean {
  if (call.target.kind === 'alternate') return requireOfAll(call.target, env, site)
  const missing: CheckedParameter[] = []
  for (const parameter of parametersOf(call.target)) {
    if (parameter.default === undefined && !call.args.has(parameter.name)) missing.push(parameter)
  }
  if (missing.length === 0) return true
  const names = missing.map((parameter) => `\`${parameter.name}\``).join(' and ')
  const [first] = missing
  const labels = [
    ...(contains(site, call.span) ? [] : [{ span: call.span, message: 'this layer' }]),
    ...(first?.span === undefined ? [] : [{ span: first.span, message: 'declared here' }]),
  ]
  env.report.error('WM0208', site, `${targetName(call.target)} needs ${names}`, { labels })
  return false
}

function defaultOf(parameter: CheckedParameter, earlier: Readonly<Record<string, ArgValue>>): ArgValue | undefined {
  const given = parameter.default
  if (given?.kind === 'value') return given.value
  if (given?.kind === 'sameAs') return earlier[given.parameter]
  throw new Error(`parameter '${parameter.name}' of a construct has no default`)
}

/** The plain-data form of a value; undefined where it is unknown or incomplete (already reported). */
function toArgValue(value: Value, env: Environment): ArgValue | undefined {
  switch (value.kind) {
    case 'number':
    case 'bool':
    case 'string':
    case 'word':
      return value.value
    case 'shape':
      return value.dims
    case 'list': {
      const items = value.items.map((item) => toArgValue(item, env))
      return items.some((item) => item === undefined) ? undefined : items.filter((item) => item !== undefined)
    }
    case 'call':
      return complete(value, env)
    case 'unknown':
      return undefined
    default:
      return assertNever(value)
  }
}
