import type { Span } from '../diagnostics/diagnostic.ts'
import type { Expression, IndexExpression, RangeExpression, SliceExpression } from '../syntax/ast.ts'
import { type Environment, evaluate, evaluateAs } from './evaluate.ts'
import { describeType, describeValue, numberValue, unknown, unknownOf, type Value } from './value.ts'

/** More points than any sweep or loop wants: a mistyped step must not fill the memory. */
const maxRangePoints = 100_000

/** `0..0.5 step 0.05` as a list. Points are start + i·step rounded to 12 digits, so that 0.15 is 0.15. */
export function evaluateRange(expression: RangeExpression, env: Environment): Value {
  const from = evaluateAs(expression.from, { kind: 'float' }, 'the start of a range', env)
  const to = evaluateAs(expression.to, { kind: 'float' }, 'the end of a range', env)
  const step =
    expression.step === undefined
      ? numberValue(1)
      : evaluateAs(expression.step, { kind: 'float' }, 'the step of a range', env)
  if (from.kind !== 'number' || to.kind !== 'number' || step.kind !== 'number') {
    return unknownOf({ kind: 'list', element: { kind: 'float' } })
  }
  const steps = (to.value - from.value) / step.value
  const text = `${from.value}..${to.value} step ${step.value}`
  if (step.value === 0 || steps < 0) {
    env.report.error('WM0220', expression.span, `${text} never reaches ${to.value}`)
    return unknown
  }
  if (steps > maxRangePoints) {
    env.report.error('WM0220', expression.span, `${text} has more than ${maxRangePoints} points`)
    return unknown
  }
  const whole = Math.round(steps)
  if (Math.abs(steps - whole) > 1e-6) {
    const below = roundPoint(from.value + Math.floor(steps) * step.value)
    const above = roundPoint(from.value + Math.ceil(steps) * step.value)
    env.report.error('WM0220', expression.span, `${text} passes ${to.value} by`, {
      hints: [`both ends are included: end at ${below} or ${above}`],
    })
    return unknown
  }
  const items = Array.from({ length: whole + 1 }, (_, index) =>
    numberValue(roundPoint(from.value + index * step.value)),
  )
  return { kind: 'list', items }
}

function roundPoint(value: number): number {
  return Number(value.toPrecision(12))
}

export function evaluateIndex(expression: IndexExpression, env: Environment): Value {
  const list = evaluateList(expression.list, env)
  const index = evaluateAs(expression.index, { kind: 'int' }, 'an index', env)
  if (list.kind === 'unknown') return list.type?.kind === 'list' ? unknownOf(list.type.element) : unknown
  if (index.kind !== 'number') return unknown
  if (!reachable(list.items.length, index.value, expression.index.span, expression.list.span, env)) return unknown
  return list.items[index.value] ?? unknown
}

/** Both ends included, as everywhere. */
export function evaluateSlice(expression: SliceExpression, env: Environment): Value {
  const list = evaluateList(expression.list, env)
  const from = evaluateAs(expression.from, { kind: 'int' }, 'the start of a slice', env)
  const to = evaluateAs(expression.to, { kind: 'int' }, 'the end of a slice', env)
  if (list.kind === 'unknown') return list
  if (from.kind !== 'number' || to.kind !== 'number') return unknown
  const { length } = list.items
  if (!reachable(length, from.value, expression.from.span, expression.list.span, env)) return unknown
  if (!reachable(length, to.value, expression.to.span, expression.list.span, env)) return unknown
  if (to.value < from.value) {
    env.report.error('WM0211', expression.span, `the slice ends at ${to.value}, before its start ${from.value}`)
    return unknown
  }
  return { kind: 'list', items: list.items.slice(from.value, to.value + 1) }
}

function evaluateList(expression: Expression, env: Environment): Value & { kind: 'list' | 'unknown' } {
  const value = evaluate(expression, env)
  if (value.kind === 'list') return value
  if (value.kind === 'unknown' && (value.type === undefined || value.type.kind === 'list')) return value
  const found = value.kind === 'unknown' && value.type !== undefined ? describeType(value.type) : describeValue(value)
  env.report.error('WM0204', expression.span, `only a list can be indexed, found ${found}`)
  return unknown
}

/** Reports an index outside a list; the diffs of an ablation share it. */
export function reachable(length: number, index: number, span: Span, listSpan: Span, env: Environment): boolean {
  if (index >= 0 && index < length) return true
  const holds = length === 0 ? 'the list is empty' : `the list has ${length} items, 0 to ${length - 1}`
  env.report.error('WM0211', span, `${holds}; found index ${index}`, {
    labels: listSpan.start === span.start ? [] : [{ span: listSpan, message: 'this list' }],
  })
  return false
}
