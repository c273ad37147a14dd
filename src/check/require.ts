import { suggest } from '../diagnostics/suggest.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import { lookUp, namesInView, type Scope } from '../evaluate/scope.ts'
import { describeValue } from '../evaluate/value.ts'
import type { Expression, RequireStatement, StringLiteral } from '../syntax/ast.ts'

const placeholder = /\{\s*([A-Za-z_][\w.]*)\s*\}/g

/** Evaluates a requirement; false, with the author's words as the diagnostic, where it does not hold. */
export function evaluateRequire(statement: RequireStatement, env: Environment): boolean {
  const condition = evaluateAs(statement.condition, { kind: 'bool' }, '`require`', env)
  if (condition.kind !== 'bool' || condition.value) return true
  const message = statement.message === undefined ? 'this does not hold' : interpolate(statement.message, env.scope)
  const involved = [...namesIn(statement.condition)].flatMap((name) => {
    const binding = lookUp(env.scope, name)
    return binding?.kind === 'value'
      ? [{ span: binding.span, message: `${name} = ${describeValue(binding.value)}` }]
      : []
  })
  const labels = involved.filter(({ span }) => span.file !== statement.span.file || span.start !== statement.span.start)
  env.report.error('WM0213', statement.condition.span, message, { labels })
  return false
}

/** The names in braces must exist, whether or not the message is ever shown. */
export function checkMessage(message: StringLiteral, env: Environment): void {
  for (const [, name = ''] of message.value.matchAll(placeholder)) {
    if (lookUp(env.scope, name) !== undefined) continue
    const close = suggest(name, namesInView(env.scope))
    const hints = close === undefined ? [] : [`did you mean \`{${close}}\`?`]
    env.report.error('WM0201', message.span, `there is no name \`${name}\` for {${name}}`, { hints })
  }
}

function interpolate(message: StringLiteral, scope: Scope): string {
  return message.value.replace(placeholder, (text, name: string) => {
    const binding = lookUp(scope, name)
    return binding?.kind === 'value' ? describeValue(binding.value) : text
  })
}

/** Every name that an expression reads. */
export function namesIn(expression: Expression, names: Set<string> = new Set()): Set<string> {
  switch (expression.kind) {
    case 'name':
      return names.add(expression.name.text)
    case 'call':
      names.add(expression.callee.text)
      for (const argument of expression.args) namesIn(argument.value, names)
      return names
    case 'number':
    case 'boolean':
    case 'string':
    case 'shape':
      return names
    default:
      for (const part of partsOf(expression)) namesIn(part, names)
      return names
  }
}

type Compound = Exclude<Expression, { kind: 'name' | 'call' | 'number' | 'boolean' | 'string' | 'shape' }>

function partsOf(expression: Compound): readonly Expression[] {
  switch (expression.kind) {
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
  }
}
