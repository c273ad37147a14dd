import { suggest } from '../diagnostics/suggest.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import { lookUp, namesInView, type Scope } from '../evaluate/scope.ts'
import { describeValue } from '../evaluate/value.ts'
import type { Expression, RequireStatement, StringLiteral } from '../syntax/ast.ts'
import { identifiersIn } from './expression-names.ts'

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
  for (const name of namesInMessage(message)) {
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
export function namesIn(expression: Expression): Set<string> {
  return new Set(identifiersIn(expression).map(({ text }) => text))
}

/** The names in braces: a message uses them. */
export function namesInMessage(message: StringLiteral): readonly string[] {
  return [...message.value.matchAll(placeholder)].map(([, name = '']) => name)
}
