import type { Span } from '../../diagnostics/diagnostic.ts'
import type { CheckedNetwork, Setting } from '../../elaborate/elaborate.ts'
import type { Environment } from '../../evaluate/evaluate.ts'
import { type CheckedParameter, describeType, type Value } from '../../evaluate/value.ts'
import type { Type } from '../../registry/params.ts'
import type { MatchDiff, ParameterTarget } from '../../syntax/ast.ts'
import { placesOf } from '../settings.ts'
import { currentValue, findTarget } from '../targets.ts'

/** What a budget moves: one int parameter, or some places of a parameter that is a list of ints. */
export interface MovedPart {
  /** `width`, `widths`, `widths[0..1]`: as tables show it. */
  readonly target: string
  readonly parameter: CheckedParameter
  /** Absent where the parameter itself is the int. */
  readonly places?: readonly number[]
  /** What the variant has there, in the order of the places; each at least 1. */
  readonly values: readonly number[]
  /** One int, `width` or `widths[0]`, and not a list that may happen to hold one. */
  readonly single: boolean
  /** Of each value. */
  readonly type: Type
  readonly span: Span
}

interface Target {
  readonly network: CheckedNetwork
  readonly settings: ReadonlyMap<string, Setting>
  readonly env: Environment
}

/** The targets of a `match` with the values they have. Undefined, and each mistake reported, where one cannot be moved. */
export function readTargets(diff: MatchDiff, variant: Target): readonly MovedPart[] | undefined {
  const parts: MovedPart[] = []
  let sound = true
  for (const target of diff.by) {
    const part = readTarget(target, variant)
    if (part === undefined || !isMovedOnce(part, parts, variant.env)) sound = false
    else parts.push(part)
  }
  return sound ? parts : undefined
}

function readTarget(target: ParameterTarget, { network, settings, env }: Target): MovedPart | undefined {
  const parameter = findTarget(target, network, env)
  if (parameter === undefined) return undefined
  const { type, name } = parameter
  const element = type.kind === 'list' ? type.element : type
  if (type.kind !== 'list' && target.kind !== 'name') {
    env.report.error('WM0204', target.span, `only a list has parts; \`${name}\` is none`, declaredAt(parameter))
    return undefined
  }
  if (element.kind !== 'int') {
    const message = `a budget moves ints; \`${name}\` is ${describeType(type)}`
    env.report.error('WM0414', target.span, message, declaredAt(parameter))
    return undefined
  }
  const value = currentValue(parameter, settings, network)
  const places = value === undefined ? undefined : placesIn(target, value, env)
  if (value === undefined || places === undefined) return undefined
  const items = value.kind === 'list' ? value.items : [value]
  const values = places.flatMap((place) => numberIn(items[place]))
  const single = type.kind !== 'list' || target.kind === 'index'
  const shown = describeTarget(target, name, places)
  const part = { target: shown, parameter, values, single, type: element, span: target.span }
  if (!areMovable(part, places, env)) return undefined
  return type.kind === 'list' ? { ...part, places } : part
}

function placesIn(target: ParameterTarget, value: Value, env: Environment): readonly number[] | undefined {
  const length = value.kind === 'list' ? value.items.length : 1
  if (target.kind === 'name') return Array.from({ length }, (_, place) => place)
  const before = env.report.errorCount()
  const places = placesOf(target, length, env)
  if (places?.length === 0 && env.report.errorCount() === before) {
    env.report.error('WM0211', target.span, 'the slice ends before its start, and holds nothing')
    return undefined
  }
  return places
}

function numberIn(value: Value | undefined): readonly number[] {
  return value?.kind === 'number' ? [value.value] : []
}

/** `widths[0..1]` with its places as numbers. */
function describeTarget(target: ParameterTarget, name: string, places: readonly number[]): string {
  if (target.kind === 'name') return name
  const [first = 0] = places
  return target.kind === 'index' ? `${name}[${first}]` : `${name}[${first}..${places.at(-1) ?? first}]`
}

function areMovable(part: MovedPart, places: readonly number[], env: Environment): boolean {
  const { target, values, span } = part
  const details = declaredAt(part.parameter)
  if (values.length < places.length) {
    env.report.error('WM0414', span, `\`${target}\` has no value yet that could be moved`, {
      ...details,
      hints: ['the variant sets it first: a budget moves several numbers in the proportion that they have'],
    })
    return false
  }
  if (values.length === 0) {
    env.report.error('WM0414', span, `\`${target}\` is an empty list: there is nothing to move`, details)
    return false
  }
  const small = values.findIndex((value) => value < 1)
  if (small === -1) return true
  const which = values.length === 1 ? target : `${part.parameter.name}[${places[small] ?? 0}]`
  env.report.error('WM0414', span, `a budget moves numbers above 0; \`${which}\` is ${values[small] ?? 0}`, details)
  return false
}

function isMovedOnce(part: MovedPart, earlier: readonly MovedPart[], env: Environment): boolean {
  const twin = earlier.find(
    (other) =>
      other.parameter === part.parameter && (part.places ?? [0]).some((place) => (other.places ?? [0]).includes(place)),
  )
  if (twin === undefined) return true
  const message = `\`${part.target}\` is moved already${twin.target === part.target ? '' : ` by \`${twin.target}\``}`
  env.report.error('WM0414', part.span, message, { labels: [{ span: twin.span, message: 'moved here' }] })
  return false
}

function declaredAt(parameter: CheckedParameter) {
  return { labels: parameter.span === undefined ? [] : [{ span: parameter.span, message: 'declared here' }] }
}
