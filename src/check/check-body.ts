import { assertNever } from '../evaluate/assert-never.ts'
import { requireArguments } from '../evaluate/bind.ts'
import { type Environment, evaluate, evaluateAs } from '../evaluate/evaluate.ts'
import { hasEnoughErrors } from '../evaluate/reporter.ts'
import { createScope } from '../evaluate/scope.ts'
import { type UnknownValue, unknown, unknownOf, type Value } from '../evaluate/value.ts'
import type { Statement } from '../syntax/ast.ts'
import { evaluateLayer, evaluateLayerStatement, isBlockArgument } from './layer-statement.ts'
import { declare } from './modules.ts'
import { checkMessage } from './require.ts'
import { evaluateSetting } from './structure.ts'

/**
 * Checks the statements of a body whose parameters are not known yet: names, arguments, types and
 * domains, in every branch. Shapes and all that depends on values wait for elaboration.
 */
export function checkBody(body: readonly Statement[], env: Environment): void {
  for (const statement of body) {
    if (hasEnoughErrors(env.report)) return
    checkStatement(statement, env)
  }
}

function checkStatement(statement: Statement, env: Environment): void {
  switch (statement.kind) {
    case 'input':
      checkInput(statement, env)
      return
    case 'layer':
      checkLayer(statement, env)
      return
    case 'residual':
    case 'parallel':
      checkStructure(statement, env)
      return
    case 'densely':
      if (statement.repeat !== undefined) evaluateAs(statement.repeat.count, { kind: 'int' }, 'a repeat', env)
      checkBody(statement.body, nested(env))
      return
    case 'for':
      checkFor(statement, env)
      return
    case 'if':
      evaluateAs(statement.condition, { kind: 'bool' }, 'the condition', env)
      checkBody(statement.consequent, nested(env))
      checkBody(statement.alternative ?? [], nested(env))
      return
    case 'let':
      checkLet(statement, env)
      return
    case 'require':
      evaluateAs(statement.condition, { kind: 'bool' }, '`require`', env)
      if (statement.message !== undefined) checkMessage(statement.message, env)
      return
    case 'default':
      checkDefault(statement, env)
      return
    default:
      assertNever(statement)
  }
}

function checkInput(statement: Statement & { kind: 'input' }, env: Environment): void {
  evaluateAs(statement.shape, { kind: 'shape' }, '`input`', env)
  if (statement.range !== undefined) {
    evaluateAs(statement.range, { kind: 'list', element: { kind: 'float' } }, 'the value range', env)
  }
}

function checkLayer(statement: Statement & { kind: 'layer' }, env: Environment): void {
  const { layer, norm, act } = evaluateLayerStatement(statement, env)
  for (const value of [layer, norm, act]) {
    if (value?.kind === 'call') requireArguments(value, env)
  }
  if (statement.repeat !== undefined) evaluateAs(statement.repeat.count, { kind: 'int' }, 'a repeat', env)
}

function checkStructure(statement: Statement & { kind: 'residual' | 'parallel' }, env: Environment): void {
  evaluateSetting(statement, env)
  if (statement.repeat !== undefined) evaluateAs(statement.repeat.count, { kind: 'int' }, 'a repeat', env)
  const bodies = statement.kind === 'residual' ? [statement.body] : statement.branches
  for (const body of bodies) checkBody(body, nested(env))
}

function checkFor(statement: Statement & { kind: 'for' }, env: Environment): void {
  const list = evaluate(statement.list, env)
  const inner = nested(env)
  const element = elementOf(list)
  if (element === undefined) evaluateAs(statement.list, { kind: 'list', element: { kind: 'float' } }, '`for`', env)
  inner.scope.bindings.set(statement.variable.text, {
    kind: 'value',
    value: element ?? unknown,
    span: statement.variable.span,
  })
  checkBody(statement.body, inner)
}

/** What a loop variable stands for; undefined where the value is no list. */
function elementOf(list: Value): UnknownValue | undefined {
  if (list.kind === 'unknown') {
    if (list.type === undefined) return unknown
    return list.type.kind === 'list' ? unknownOf(list.type.element) : undefined
  }
  if (list.kind !== 'list') return undefined
  const numbers = list.items.length > 0 && list.items.every((item) => item.kind === 'number')
  return numbers ? unknownOf({ kind: 'float' }) : unknown
}

function checkLet(statement: Statement & { kind: 'let' }, env: Environment): void {
  const value = evaluate(statement.value, env)
  declare(statement.name.text, { kind: 'value', value, span: statement.name.span }, env.scope, env.report)
}

export function checkDefault(statement: Statement & { kind: 'default' }, env: Environment): void {
  const { text, span } = statement.name
  if (!isBlockArgument(text)) {
    env.report.error('WM0206', span, `\`default\` sets norm or act, found \`${text}\``)
    return
  }
  const value = evaluateLayer(statement.value, `\`default ${text}\``, env)
  if (value.kind === 'call') requireArguments(value, env)
}

function nested(env: Environment): Environment {
  return { ...env, scope: createScope(env.scope) }
}
