import type { Span } from '../../diagnostics/diagnostic.ts'
import { type Environment, evaluate } from '../../evaluate/evaluate.ts'
import { isFunction } from '../../evaluate/functions.ts'
import type { Reporter } from '../../evaluate/reporter.ts'
import { type Binding, lookUp, type Scope } from '../../evaluate/scope.ts'
import type { DefineInfo, Value } from '../../evaluate/value.ts'
import type { BinaryExpression, BinaryOperator, CallExpression, Expression } from '../../syntax/ast.ts'

/**
 * How a value follows the targets of a budget while they grow:
 * - `fixed`: not at all
 * - `affine`: a sum of targets, each times a whole number ≥ 0, and of a whole number ≥ 0
 * - `bent`: it never falls, and is never below 0
 */
export type Flow = 'fixed' | 'affine' | 'bent'

/** Why a cost may fall while its targets grow: the place where they go elsewhere than into widths. */
export interface Obstacle {
  readonly span: Span
  readonly message: string
}

/** What is known while a network is followed. In scopes, targets are unknown values: everything that moves is. */
export interface Following {
  /** Of mistakes; any means that the network cannot be followed. */
  readonly report: Reporter
  obstacle: Obstacle | undefined
  /** Names whose values are bent. */
  readonly bent: Set<Binding>
  /** Places of arguments and of layers that are given bent values. */
  readonly bentPlaces: Set<string>
  /** Parameters of layers and defines that are given moving values. */
  readonly parameters: Set<string>
  readonly defines: DefineInfo[]
  steps: number
}

export function obstruct(span: Span, message: string, state: Following): void {
  state.obstacle ??= { span, message }
}

export function placeKey({ file, start, end }: Span): string {
  return `${file}:${start}:${end}`
}

function joinFlows(flows: readonly Flow[]): Flow {
  if (flows.includes('bent')) return 'bent'
  return flows.includes('affine') ? 'affine' : 'fixed'
}

/** Whether a value, or a part of one, moves. */
export function isMoving(value: Value): boolean {
  switch (value.kind) {
    case 'unknown':
      return true
    case 'list':
      return value.items.some(isMoving)
    case 'call': {
      const options = value.target.kind === 'alternate' ? value.target.options : []
      return [...value.args.values()].some((argument) => isMoving(argument.value)) || options.some(isMoving)
    }
    default:
      return false
  }
}

/** How an expression follows the targets; notes the first obstacle in it. */
export function followExpression(expression: Expression, scope: Scope, state: Following): Flow {
  const follow = (part: Expression) => followExpression(part, scope, state)
  switch (expression.kind) {
    case 'number':
    case 'boolean':
    case 'string':
    case 'shape':
      return 'fixed'
    case 'name':
      return followName(expression.name.text, scope, state)
    case 'list':
      return joinFlows(expression.items.map(follow))
    case 'index':
    case 'slice': {
      const ends = expression.kind === 'index' ? [expression.index] : [expression.from, expression.to]
      for (const end of ends) requireFixed(end, 'an index', scope, state)
      const flow = follow(expression.list)
      return flow === 'fixed' || isMoving(evaluateIn(expression, scope, state)) ? flow : 'fixed'
    }
    case 'range': {
      const ends = [expression.from, expression.to, ...(expression.step === undefined ? [] : [expression.step])]
      for (const end of ends) requireFixed(end, 'a range', scope, state)
      return 'fixed'
    }
    case 'unary':
      requireFixed(expression.operand, `\`${expression.operator}\``, scope, state)
      return 'fixed'
    case 'conditional': {
      requireFixed(expression.condition, 'a condition', scope, state)
      const condition = evaluateIn(expression.condition, scope, state)
      return follow(condition.kind === 'bool' && condition.value ? expression.consequent : expression.alternative)
    }
    case 'binary':
      return followBinary(expression, scope, state)
    case 'call':
      return followCall(expression, scope, state)
  }
}

/** Notes an obstacle where an expression moves. `what` is what it decides: "a condition". */
export function requireFixed(expression: Expression, what: string, scope: Scope, state: Following): void {
  if (followExpression(expression, scope, state) !== 'fixed') {
    obstruct(expression.span, `${what} depends on what is moved`, state)
  }
}

/** The value, in which whatever moves is unknown. */
export function evaluateIn(expression: Expression, scope: Scope, state: Following): Value {
  return evaluate(expression, environmentIn(scope, state))
}

export function environmentIn(scope: Scope, { report }: Following): Environment {
  return { scope, report }
}

function followName(name: string, scope: Scope, state: Following): Flow {
  const binding = lookUp(scope, name)
  if (binding?.kind !== 'value' || !isMoving(binding.value)) return 'fixed'
  return state.bent.has(binding) ? 'bent' : 'affine'
}

function followBinary(expression: BinaryExpression, scope: Scope, state: Following): Flow {
  const { operator, left, right } = expression
  const flows = [left, right].map((operand) => followExpression(operand, scope, state))
  const flow = joinFlows(flows)
  if (flow === 'fixed') return flow
  const factors = [left, right]
    .filter((_, index) => flows[index] === 'fixed')
    .map((item) => evaluateIn(item, scope, state))
  if (operator === '+' && factors.every(isNotNegative)) return factors.every(isWhole) ? flow : 'bent'
  if (operator === '*' && factors.every(isNotNegative)) return factors.some(isWhole) ? flow : 'bent'
  if (operator === '/' && flows[1] === 'fixed' && factors.every(isPositive)) return 'bent'
  const verb = isArithmetic(operator) ? 'calculates with' : 'compares'
  obstruct(expression.span, `\`${operator}\` ${verb} what is moved`, state)
  return 'bent'
}

function isArithmetic(operator: BinaryOperator): boolean {
  return operator === '+' || operator === '-' || operator === '*' || operator === '/' || operator === '%'
}

function followCall(expression: CallExpression, scope: Scope, state: Following): Flow {
  const { callee, args } = expression
  const flows = args.map(({ value }) => followExpression(value, scope, state))
  if (lookUp(scope, callee.text) === undefined && isFunction(callee.text)) {
    return followFunction(expression, flows, scope, state)
  }
  args.forEach(({ value }, index) => {
    if (flows[index] === 'bent') state.bentPlaces.add(placeKey(value.span))
  })
  return joinFlows([followName(callee.text, scope, state), ...flows])
}

/** Every function but `len` rises with its arguments, `div` if its divisor stands still. */
function followFunction(call: CallExpression, flows: readonly Flow[], scope: Scope, state: Following): Flow {
  const flow = joinFlows(flows)
  const name = call.callee.text
  if (flow === 'fixed' || name === 'len') return 'fixed'
  const values = call.args.map(({ value }) => evaluateIn(value, scope, state))
  const divides = name !== 'div' || (flows[1] === 'fixed' && values.slice(1).every(isPositive))
  if (!divides || !values.every(isNotNegative)) {
    obstruct(call.span, `\`${name}\` calculates with what is moved`, state)
  }
  return name === 'sum' && values.every(isWhole) ? flow : 'bent'
}

/** What moves is never negative. */
function isNotNegative(value: Value): boolean {
  if (value.kind === 'list') return value.items.every(isNotNegative)
  return value.kind === 'unknown' || (value.kind === 'number' && value.value >= 0)
}

function isPositive(value: Value): boolean {
  return value.kind === 'number' && value.value > 0
}

function isWhole(value: Value): boolean {
  if (value.kind === 'list') return value.items.every(isWhole)
  return value.kind === 'unknown' || (value.kind === 'number' && Number.isInteger(value.value))
}
