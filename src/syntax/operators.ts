import { type Diagnostic, error, type Span } from '../diagnostics/diagnostic.ts'
import type { BinaryOperator, Expression, UnaryOperator } from './ast.ts'

/** A chain as written, `not a < -b + c`: operators and operands in order, before precedence. */
export type ChainItem =
  /** The extent includes parentheses around the operand, which its own span leaves out. */
  | { readonly kind: 'operand'; readonly expression: Expression; readonly extent: Span }
  | { readonly kind: 'prefix' | 'infix'; readonly operator: string; readonly span: Span }

const infixPrecedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  ...{ '==': 4, '!=': 4, '<': 4, '<=': 4, '>': 4, '>=': 4 },
  ...{ '+': 5, '-': 5 },
  ...{ '*': 6, '/': 6, '%': 6 },
}
const prefixPrecedence: Readonly<Record<UnaryOperator, number>> = { not: 3, '-': 7 }
const comparison = 4

interface Operand {
  readonly expression: Expression
  readonly extent: Span
}
type Pending = { readonly precedence: number; readonly span: Span } & (
  | { readonly kind: 'prefix'; readonly operator: UnaryOperator }
  | { readonly kind: 'infix'; readonly operator: BinaryOperator }
)

/** Builds the tree of a chain (shunting-yard): binary operators group to the left, comparisons not at all. */
export function buildChain(items: readonly ChainItem[], report: (diagnostic: Diagnostic) => void): Expression {
  const operands: Operand[] = []
  const pending: Pending[] = []
  for (const item of items) {
    if (item.kind === 'operand') operands.push(item)
    else {
      const next = toPending(item)
      if (next.kind === 'infix') {
        while (pending.length > 0 && pending[pending.length - 1].precedence >= next.precedence) {
          const done = pending.pop()
          if (done === undefined) break
          if (done.precedence === comparison && next.precedence === comparison) report(chainedComparison(done, next))
          apply(done, operands)
        }
      }
      pending.push(next)
    }
  }
  while (pending.length > 0) {
    const done = pending.pop()
    if (done !== undefined) apply(done, operands)
  }
  return popOperand(operands).expression
}

function toPending(item: Exclude<ChainItem, { kind: 'operand' }>): Pending {
  const { kind, operator, span } = item
  if (kind === 'prefix' && isPrefix(operator)) return { kind, operator, span, precedence: prefixPrecedence[operator] }
  if (kind === 'infix' && isInfix(operator)) return { kind, operator, span, precedence: infixPrecedence[operator] }
  throw new Error(`'${operator}' is no ${kind} operator`)
}

function apply(done: Pending, operands: Operand[]): void {
  const right = popOperand(operands)
  if (done.kind === 'prefix') {
    const span = { ...done.span, end: right.extent.end }
    const { operator } = done
    operands.push({ expression: { kind: 'unary', operator, operand: right.expression, span }, extent: span })
    return
  }
  const left = popOperand(operands)
  const span = { ...left.extent, end: right.extent.end }
  const { operator } = done
  operands.push({
    expression: { kind: 'binary', operator, left: left.expression, right: right.expression, span },
    extent: span,
  })
}

function popOperand(operands: Operand[]): Operand {
  const operand = operands.pop()
  if (operand === undefined) throw new Error('an operator of the chain lacks its operand')
  return operand
}

function chainedComparison(first: Pending, second: Pending): Diagnostic {
  return error('WM0113', `found \`${second.operator}\` after \`${first.operator}\`, wanted one comparison`, {
    span: second.span,
    labels: [{ span: first.span, message: 'the first comparison' }],
    hints: [`write \`a ${first.operator} b and b ${second.operator} c\``],
  })
}

function isInfix(operator: string): operator is BinaryOperator {
  return Object.hasOwn(infixPrecedence, operator)
}

function isPrefix(operator: string): operator is UnaryOperator {
  return Object.hasOwn(prefixPrecedence, operator)
}
