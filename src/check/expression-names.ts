import { assertNever } from '../evaluate/assert-never.ts'
import type { Expression, Identifier } from '../syntax/ast.ts'

/** Every name that an expression reads, callees too, in source order. Names of arguments are none. */
export function identifiersIn(expression: Expression): readonly Identifier[] {
  const found: Identifier[] = []
  collect(expression, found)
  return found
}

function collect(expression: Expression, found: Identifier[]): void {
  if (expression.kind === 'name') found.push(expression.name)
  if (expression.kind === 'call') found.push(expression.callee)
  for (const part of partsOf(expression)) collect(part, found)
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'name':
    case 'number':
    case 'boolean':
    case 'string':
    case 'shape':
      return []
    case 'call':
      return expression.args.map((argument) => argument.value)
    case 'list':
      return expression.items
    case 'range':
      return [expression.from, expression.to, ...(expression.step === undefined ? [] : [expression.step])]
    case 'index':
      return [expression.list, expression.index]
    case 'slice':
      return [expression.list, expression.from, expression.to]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.condition, expression.consequent, expression.alternative]
    default:
      return assertNever(expression)
  }
}
