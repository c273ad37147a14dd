import { assertNever } from '../evaluate/assert-never.ts'
import type { Expression, Identifier } from '../syntax/ast.ts'

/** Every name that an expression reads, callees too, in source order. Names of arguments are none. */
export function identifiersIn(expression: Expression): readonly Identifier[] {
  const found: Identifier[] = []
  forEachIdentifier(expression, (identifier) => found.push(identifier))
  return found
}

/** Visits them one after the other: most expressions have one name or none. */
export function forEachIdentifier(expression: Expression, visit: (identifier: Identifier) => void): void {
  switch (expression.kind) {
    case 'name':
      visit(expression.name)
      return
    case 'number':
    case 'boolean':
    case 'string':
    case 'shape':
      return
    case 'call':
      visit(expression.callee)
      for (const { value } of expression.args) forEachIdentifier(value, visit)
      return
    case 'list':
      visitAll(expression.items, visit)
      return
    case 'range':
      visitAll([expression.from, expression.to], visit)
      if (expression.step !== undefined) forEachIdentifier(expression.step, visit)
      return
    case 'index':
      visitAll([expression.list, expression.index], visit)
      return
    case 'slice':
      visitAll([expression.list, expression.from, expression.to], visit)
      return
    case 'unary':
      forEachIdentifier(expression.operand, visit)
      return
    case 'binary':
      visitAll([expression.left, expression.right], visit)
      return
    case 'conditional':
      visitAll([expression.condition, expression.consequent, expression.alternative], visit)
      return
    default:
      assertNever(expression)
  }
}

function visitAll(expressions: readonly Expression[], visit: (identifier: Identifier) => void): void {
  for (const expression of expressions) forEachIdentifier(expression, visit)
}
