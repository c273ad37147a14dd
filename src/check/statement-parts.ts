import { assertNever } from '../evaluate/assert-never.ts'
import type { Expression, Repeat, Statement } from '../syntax/ast.ts'

/** The expressions of a statement itself, in source order: all are read in the body that holds the statement. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'input':
      return [statement.shape, ...(statement.range === undefined ? [] : [statement.range])]
    case 'layer':
      return [statement.layer, ...countOf(statement.repeat)]
    case 'residual':
    case 'parallel':
      return [...statement.args.map(({ value }) => value), ...countOf(statement.repeat)]
    case 'densely':
      return countOf(statement.repeat)
    case 'for':
      return [statement.list]
    case 'if':
    case 'require':
      return [statement.condition]
    case 'let':
    case 'default':
      return [statement.value]
    default:
      return assertNever(statement)
  }
}

function countOf(repeat: Repeat | undefined): readonly Expression[] {
  return repeat === undefined ? [] : [repeat.count]
}

/** The bodies inside a statement: each is a scope of its own. */
export function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'residual':
    case 'densely':
    case 'for':
      return [statement.body]
    case 'parallel':
      return statement.branches
    case 'if':
      return [statement.consequent, ...(statement.alternative === undefined ? [] : [statement.alternative])]
    case 'input':
    case 'layer':
    case 'require':
    case 'let':
    case 'default':
      return []
    default:
      return assertNever(statement)
  }
}
