import type { CallExpression } from '../syntax/ast.ts'
import { type Environment, evaluate } from './evaluate.ts'
import { describeType, describeValue, numberValue, unknown, unknownOf, type Value } from './value.ts'

/** The pure functions of the expression language. */
interface PureFunction {
  readonly usage: string
  /** Least and greatest number of arguments. */
  readonly arity: readonly [number, number]
  /** Whether a single list stands for the numbers in it: max([1, 2]) is max(1, 2). */
  readonly takesList: boolean
  compute(numbers: readonly number[]): number
}

const functions: Readonly<Record<string, PureFunction>> = {
  min: { usage: 'min(a, b, …)', arity: [1, Number.POSITIVE_INFINITY], takesList: true, compute: (n) => Math.min(...n) },
  max: { usage: 'max(a, b, …)', arity: [1, Number.POSITIVE_INFINITY], takesList: true, compute: (n) => Math.max(...n) },
  sum: {
    usage: 'sum(list)',
    arity: [0, Number.POSITIVE_INFINITY],
    takesList: true,
    compute: (n) => n.reduce((a, b) => a + b, 0),
  },
  ceil: { usage: 'ceil(x)', arity: [1, 1], takesList: false, compute: ([x = Number.NaN]) => Math.ceil(x) },
  floor: { usage: 'floor(x)', arity: [1, 1], takesList: false, compute: ([x = Number.NaN]) => Math.floor(x) },
  round: { usage: 'round(x)', arity: [1, 1], takesList: false, compute: ([x = Number.NaN]) => Math.round(x) },
  div: {
    usage: 'div(a, b)',
    arity: [2, 2],
    takesList: false,
    compute: ([a = Number.NaN, b = Number.NaN]) => Math.floor(a / b),
  },
}

export const functionNames: readonly string[] = [...Object.keys(functions), 'len']

export function isFunction(name: string): boolean {
  return functionNames.includes(name)
}

export function applyFunction(name: string, call: CallExpression, env: Environment): Value {
  const named = call.args.find((argument) => argument.name !== undefined)
  if (named !== undefined) {
    env.report.error('WM0206', named.span, `the function ${name} takes no named arguments`)
    return unknown
  }
  const values = call.args.map((argument) => evaluate(argument.value, env))
  return name === 'len' ? applyLen(values, call, env) : applyNumeric(name, values, call, env)
}

function applyLen(values: readonly Value[], call: CallExpression, env: Environment): Value {
  const [list] = values
  if (values.length !== 1 || list === undefined) return reportArity('len(list)', values.length, call, env)
  if (list.kind === 'list') return numberValue(list.items.length)
  const listLike = list.kind === 'unknown' && (list.type === undefined || list.type.kind === 'list')
  if (!listLike) env.report.error('WM0204', call.span, `len wants a list, found ${describeValue(list)}`)
  return unknownOf({ kind: 'int' })
}

function applyNumeric(name: string, values: readonly Value[], call: CallExpression, env: Environment): Value {
  const fn = functions[name]
  if (fn === undefined) throw new Error(`no function '${name}'`)
  const [first] = values
  const spread = fn.takesList && values.length === 1 && first?.kind === 'list' ? first.items : values
  const [least, most] = fn.arity
  if (spread.length < least || spread.length > most) return reportArity(fn.usage, spread.length, call, env)
  const numbers: number[] = []
  for (const value of spread) {
    if (value.kind === 'number') numbers.push(value.value)
    else if (value.kind !== 'unknown' || !numeric(value.type, fn)) return reportOperand(name, value, call, env)
  }
  if (numbers.length < spread.length) return unknownOf({ kind: 'float' })
  const result = fn.compute(numbers)
  if (Number.isFinite(result)) return numberValue(result)
  env.report.error('WM0212', call.span, `${name}(${numbers.join(', ')}) has no finite value`)
  return unknownOf({ kind: 'float' })
}

function numeric(type: (Value & { kind: 'unknown' })['type'], fn: PureFunction): boolean {
  if (type === undefined || type.kind === 'int' || type.kind === 'float') return true
  return fn.takesList && type.kind === 'list'
}

function reportOperand(name: string, value: Value, call: CallExpression, env: Environment): Value {
  const found = value.kind === 'unknown' && value.type !== undefined ? describeType(value.type) : describeValue(value)
  env.report.error('WM0204', call.span, `${name} wants numbers, found ${found}`)
  return unknown
}

function reportArity(usage: string, found: number, call: CallExpression, env: Environment): Value {
  const code = found === 0 ? 'WM0208' : 'WM0209'
  env.report.error(code, call.span, `wants ${usage}, found ${found} argument${found === 1 ? '' : 's'}`)
  return unknown
}
