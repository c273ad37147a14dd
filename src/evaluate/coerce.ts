import type { Label, Span } from '../diagnostics/diagnostic.ts'
import type { NumericDomain, Type } from '../registry/params.ts'
import type { Reporter } from './reporter.ts'
import {
  type CheckedParameter,
  describeType,
  describeValue,
  targetRegistry,
  unknown,
  unknownOf,
  type Value,
} from './value.ts'

/** Whose value it is, for messages: "`padding` of conv", or what the message is to call it. */
export type Recipient = string | ParameterOf

/** A parameter and the name of what has it. */
export interface ParameterOf {
  readonly parameter: CheckedParameter
  readonly owner: string
}

/** The value as the type wants it; reports and gives an unknown value where it does not fit. */
export function coerce(value: Value, type: Type, span: Span, recipient: Recipient, report: Reporter): Value {
  if (value.kind === 'unknown') return coerceUnknown(value.type, type, span, recipient, report)
  switch (type.kind) {
    case 'int':
    case 'float':
      if (value.kind !== 'number') break
      return coerceNumber(value, type, span, recipient, report)
    case 'bool':
    case 'string':
      if (value.kind === type.kind) return value
      break
    case 'shape':
      if (value.kind !== 'shape') break
      if (type.rank === undefined || value.dims.length === type.rank) return value
      break
    case 'choice':
      if ((value.kind === 'word' || value.kind === 'string') && type.options.includes(value.value)) {
        return value.kind === 'word' ? value : { kind: 'word', value: value.value }
      }
      break
    case 'call':
      if (value.kind === 'call' && targetRegistry(value.target) === type.registry) return value
      break
    case 'list':
      if (value.kind !== 'list') break
      return { kind: 'list', items: value.items.map((item) => coerce(item, type.element, span, recipient, report)) }
    case 'sweep':
      return coerceSweep(value, type, span, recipient, report)
    case 'label':
      if (value.kind === 'word') return value
      break
    case 'either': {
      // No option at all: the parameter's own type was wrong, and reported.
      if (type.options.length === 0) return value
      const option = type.options.find((candidate) => admits(candidate, value))
      if (option !== undefined) return coerce(value, option, span, recipient, report)
    }
  }
  reportType(describeValue(value), type, span, recipient, report)
  return unknown
}

function coerceNumber(
  number: Value & { kind: 'number' },
  type: Type & { kind: 'int' | 'float' },
  span: Span,
  recipient: Recipient,
  report: Reporter,
): Value {
  const { value } = number
  if (type.kind === 'int' && !Number.isInteger(value)) {
    const hints = [
      `${Math.floor(value)} and ${Math.ceil(value)} are the nearest; div(a, b), floor, ceil or round say which`,
    ]
    const labels = declared(recipient)
    report.error('WM0210', span, `${nameOf(recipient)} wants ${describeType(type)}, found ${value}`, { labels, hints })
    return unknownOf(type)
  }
  if (!inDomain(value, type.domain)) {
    const labels = declared(recipient)
    report.error('WM0205', span, `${nameOf(recipient)} wants ${describeType(type)}, found ${value}`, { labels })
    return unknownOf(type)
  }
  return number
}

function coerceSweep(
  value: Value,
  type: Type & { kind: 'sweep' },
  span: Span,
  recipient: Recipient,
  report: Reporter,
): Value {
  const element: Type = { kind: 'float', ...(type.domain === undefined ? {} : { domain: type.domain }) }
  const items = value.kind === 'list' ? value.items : [value]
  if (items.length === 0) {
    report.error('WM0205', span, `${nameOf(recipient)} wants at least one level, found an empty list`)
    return unknownOf(type)
  }
  if (!items.every((item) => item.kind === 'number' || item.kind === 'unknown')) {
    reportType(describeValue(value), type, span, recipient, report)
    return unknown
  }
  const before = report.errorCount()
  const levels = items.map((item) => coerce(item, element, span, recipient, report))
  const numbers = levels.flatMap((level) => (level.kind === 'number' ? [level.value] : []))
  const repeated = numbers.find((level, index) => numbers.indexOf(level) !== index)
  if (repeated !== undefined) {
    report.error('WM0205', span, `${nameOf(recipient)} wants different levels, found ${repeated} twice`)
  }
  return report.errorCount() > before ? unknownOf(type) : { kind: 'list', items: levels }
}

function coerceUnknown(from: Type | undefined, type: Type, span: Span, recipient: Recipient, report: Reporter): Value {
  if (from === undefined || assignable(from, type)) return from === undefined ? unknown : unknownOf(type)
  reportType(describeType(from), type, span, recipient, report)
  return unknown
}

function reportType(found: string, type: Type, span: Span, recipient: Recipient, report: Reporter): void {
  report.error('WM0204', span, `${nameOf(recipient)} wants ${describeType(type)}, found ${found}`, {
    labels: declared(recipient),
  })
}

function nameOf(recipient: Recipient): string {
  return typeof recipient === 'string' ? recipient : `\`${recipient.parameter.name}\` of ${recipient.owner}`
}

/** Where it is declared, when a user's file does that. */
function declared(recipient: Recipient): readonly Label[] {
  const span = typeof recipient === 'string' ? undefined : recipient.parameter.span
  return span === undefined ? [] : [{ span, message: 'declared here' }]
}

function inDomain(value: number, domain: NumericDomain | undefined): boolean {
  if (domain === undefined) return true
  const { min, max, openMin, openMax, oneOf } = domain
  if (oneOf !== undefined) return oneOf.includes(value)
  if (min !== undefined && (openMin ? value <= min : value < min)) return false
  return max === undefined || (openMax ? value < max : value <= max)
}

/** Whether a value has the kind that a type wants; domains are judged later, with the better message. */
function admits(type: Type, value: Value): boolean {
  switch (type.kind) {
    case 'int':
    case 'float':
      return value.kind === 'number'
    case 'choice':
      return (value.kind === 'word' || value.kind === 'string') && type.options.includes(value.value)
    case 'call':
      return value.kind === 'call' && targetRegistry(value.target) === type.registry
    case 'sweep':
      return value.kind === 'number' || value.kind === 'list'
    case 'label':
      return value.kind === 'word'
    case 'either':
      return type.options.some((option) => admits(option, value))
    case 'bool':
    case 'string':
    case 'shape':
    case 'list':
      return value.kind === type.kind
  }
}

/** Whether some value of type `from` can be one of type `to`: what can be said before values are known. */
function assignable(from: Type, to: Type): boolean {
  // Without options it is the type of a parameter whose own type was wrong: reported there.
  if (from.kind === 'either') return from.options.length === 0 || from.options.some((option) => assignable(option, to))
  if (to.kind === 'either') return to.options.length === 0 || to.options.some((option) => assignable(from, option))
  switch (to.kind) {
    case 'int':
    case 'float':
      return from.kind === 'int' || from.kind === 'float'
    case 'sweep':
      return (
        from.kind === 'sweep' ||
        assignable(from, { kind: 'float' }) ||
        (from.kind === 'list' && assignable(from.element, { kind: 'float' }))
      )
    case 'call':
      return from.kind === 'call' && from.registry === to.registry
    case 'list':
      return from.kind === 'list' && assignable(from.element, to.element)
    case 'choice':
      return (
        from.kind === 'string' || (from.kind === 'choice' && from.options.some((option) => to.options.includes(option)))
      )
    case 'string':
      return from.kind === 'string' || from.kind === 'choice'
    case 'bool':
    case 'shape':
    case 'label':
      return from.kind === to.kind
  }
}
