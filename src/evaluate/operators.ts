import type { BinaryExpression, BinaryOperator, UnaryExpression } from '../syntax/ast.ts'
import { type Environment, evaluate, evaluateAs } from './evaluate.ts'
import { describeType, describeValue, numberValue, targetName, unknown, unknownOf, type Value } from './value.ts'

export function evaluateUnary(expression: UnaryExpression, env: Environment): Value {
  if (expression.operator === 'not') {
    const operand = evaluateAs(expression.operand, { kind: 'bool' }, '`not`', env)
    return operand.kind === 'bool' ? { kind: 'bool', value: !operand.value } : operand
  }
  const operand = evaluateAs(expression.operand, { kind: 'float' }, '`-`', env)
  return operand.kind === 'number' ? numberValue(-operand.value) : operand
}

export function evaluateBinary(expression: BinaryExpression, env: Environment): Value {
  const { operator } = expression
  if (operator === 'and' || operator === 'or') return evaluateLogical(expression, operator, env)
  if (operator === '==' || operator === '!=') return evaluateEquality(expression, operator, env)
  const left = evaluateAs(expression.left, { kind: 'float' }, `\`${operator}\``, env)
  const right = evaluateAs(expression.right, { kind: 'float' }, `\`${operator}\``, env)
  const comparison = operator === '<' || operator === '<=' || operator === '>' || operator === '>='
  if (left.kind !== 'number' || right.kind !== 'number') {
    return unknownOf(comparison ? { kind: 'bool' } : { kind: 'float' })
  }
  if (comparison) return { kind: 'bool', value: compare(operator, left.value, right.value) }
  return calculate(expression, operator, left.value, right.value, env)
}

function evaluateLogical(expression: BinaryExpression, operator: 'and' | 'or', env: Environment): Value {
  const left = evaluateAs(expression.left, { kind: 'bool' }, `\`${operator}\``, env)
  const decides = left.kind === 'bool' && left.value === (operator === 'or')
  if (decides) return left
  const right = evaluateAs(expression.right, { kind: 'bool' }, `\`${operator}\``, env)
  if (left.kind === 'bool') return right
  return unknownOf({ kind: 'bool' })
}

function evaluateEquality(expression: BinaryExpression, operator: '==' | '!=', env: Environment): Value {
  const left = evaluate(expression.left, env)
  const right = evaluate(expression.right, env)
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknownOf({ kind: 'bool' })
  if (comparisonKind(left) !== comparisonKind(right)) {
    if (env.comparesKinds) return { kind: 'bool', value: operator === '!=' }
    env.report.error('WM0204', expression.span, `cannot compare ${describeValue(left)} with ${describeValue(right)}`)
    return unknown
  }
  return { kind: 'bool', value: areEqual(left, right) === (operator === '==') }
}

/** A bare word and a string are the same thing, written in two ways. */
function comparisonKind(value: Value): string {
  return value.kind === 'word' ? 'string' : value.kind
}

/** Layer values are equal where they are of one layer with the same arguments, in whatever order these were given. */
function areEqual(left: Value, right: Value): boolean {
  if (left.kind === 'list' && right.kind === 'list') {
    return (
      left.items.length === right.items.length &&
      left.items.every((item, i) => areEqual(item, right.items[i] ?? unknown))
    )
  }
  if (left.kind === 'call' && right.kind === 'call') {
    if (left.target.kind === 'alternate' && right.target.kind === 'alternate') {
      return areEqual({ kind: 'list', items: left.target.options }, { kind: 'list', items: right.target.options })
    }
    const names = [...left.args.keys()]
    const sameTarget = targetName(left.target) === targetName(right.target) && left.target.kind === right.target.kind
    if (!sameTarget || names.length !== right.args.size) return false
    return names.every((name) =>
      areEqual(left.args.get(name)?.value ?? unknown, right.args.get(name)?.value ?? unknown),
    )
  }
  return comparisonKind(left) === comparisonKind(right) && scalarOf(left) === scalarOf(right)
}

function scalarOf(value: Value): string {
  return value.kind === 'word' || value.kind === 'string' ? value.value : describeValue(value)
}

function compare(operator: '<' | '<=' | '>' | '>=', left: number, right: number): boolean {
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}

function calculate(
  expression: BinaryExpression,
  operator: Exclude<BinaryOperator, 'and' | 'or' | '==' | '!=' | '<' | '<=' | '>' | '>='>,
  left: number,
  right: number,
  env: Environment,
): Value {
  if ((operator === '/' || operator === '%') && right === 0) {
    env.report.error('WM0212', expression.span, `${left} ${operator} 0 has no value`)
    return unknownOf({ kind: 'float' })
  }
  const result = arithmetic[operator](left, right)
  if (Number.isFinite(result)) return numberValue(result)
  env.report.error(
    'WM0212',
    expression.span,
    `${left} ${operator} ${right} is too large for ${describeType({ kind: 'float' })}`,
  )
  return unknownOf({ kind: 'float' })
}

const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  // The result has the divisor's sign, so that index % 2 is 0 or 1 for every index.
  '%': (a: number, b: number) => a - b * Math.floor(a / b),
}
