import { suggest } from '../diagnostics/suggest.ts'
import { coerce } from '../evaluate/coerce.ts'
import { type Environment, evaluate, evaluateAs } from '../evaluate/evaluate.ts'
import { createScope, type Scope } from '../evaluate/scope.ts'
import { type CheckedParameter, describeType, unknown, unknownOf, type Value } from '../evaluate/value.ts'
import type { NumericDomain, Type } from '../registry/params.ts'
import type { Expression, Parameter, TypeExpression } from '../syntax/ast.ts'

const namedTypes: Readonly<Record<string, Type>> = {
  int: { kind: 'int' },
  float: { kind: 'float' },
  bool: { kind: 'bool' },
  string: { kind: 'string' },
  shape: { kind: 'shape' },
  layer: { kind: 'call', registry: 'layer' },
}

/** The parameters of a network or define: their types and domains. Defaults are checked against them. */
export function checkParameters(parameters: readonly Parameter[], env: Environment): readonly CheckedParameter[] {
  const checked: CheckedParameter[] = []
  const scope = createScope(env.scope)
  for (const parameter of parameters) {
    const { name } = parameter
    const type = typeOfParameter(parameter, env)
    const earlier = checked.find((candidate) => candidate.name === name.text)
    if (earlier?.span !== undefined) {
      const labels = [{ span: earlier.span, message: 'first defined here' }]
      env.report.error('WM0203', name.span, `the parameter \`${name.text}\` is defined again`, { labels })
      continue
    }
    const common = { name: name.text, type: type ?? ({ kind: 'either', options: [] } satisfies Type), span: name.span }
    if (parameter.default === undefined) checked.push(common)
    else {
      if (type !== undefined) checkDefault(parameter.default, type, name.text, { ...env, scope })
      checked.push({ ...common, default: { kind: 'expression', expression: parameter.default } })
    }
    bindValue(scope, name.text, type === undefined ? unknown : unknownOf(type), parameter.name.span)
  }
  return checked
}

export function bindValue(scope: Scope, name: string, value: Value, span: Parameter['span']): void {
  scope.bindings.set(name, { kind: 'value', value, span })
}

function checkDefault(expression: Expression, type: Type, name: string, env: Environment): void {
  const value = evaluate(expression, env, type)
  coerce(value, type, expression.span, `the default of \`${name}\``, env.report)
}

function typeOfParameter(parameter: Parameter, env: Environment): Type | undefined {
  const type = typeOf(parameter.type, env)
  if (type === undefined || parameter.domain === undefined) return type
  return withDomain(type, parameter.domain, env)
}

function typeOf(expression: TypeExpression, env: Environment): Type | undefined {
  if (expression.kind === 'listOf') {
    const element = typeOf(expression.element, env)
    return element === undefined ? undefined : { kind: 'list', element }
  }
  const { text, span } = expression.name
  const type = Object.hasOwn(namedTypes, text) ? namedTypes[text] : undefined
  if (type !== undefined) return type
  const close = suggest(text, Object.keys(namedTypes))
  const known = `types are ${Object.keys(namedTypes).join(', ')} and lists such as [int]`
  env.report.error('WM0214', span, `there is no type \`${text}\``, {
    hints: [close === undefined ? known : `did you mean \`${close}\`?`],
  })
  return undefined
}

/** `in 1..1024`, `in [3, 5, 9]`; for a list the domain is that of each element. */
function withDomain(type: Type, domain: Expression, env: Environment): Type {
  if (type.kind === 'list') return { kind: 'list', element: withDomain(type.element, domain, env) }
  if (type.kind === 'string') return withWords(domain, env) ?? type
  if (type.kind !== 'int' && type.kind !== 'float') {
    env.report.error('WM0204', domain.span, `only numbers and strings have a domain; this is ${describeType(type)}`)
    return type
  }
  const numbers = domain.kind === 'range' ? boundsOf(domain, env) : choicesOf(domain, env)
  return numbers === undefined ? type : { ...type, domain: numbers }
}

function boundsOf(range: Expression & { kind: 'range' }, env: Environment): NumericDomain | undefined {
  if (range.step !== undefined) return choicesOf(range, env)
  const min = evaluateAs(range.from, { kind: 'float' }, 'the least value', env)
  const max = evaluateAs(range.to, { kind: 'float' }, 'the greatest value', env)
  if (min.kind !== 'number' || max.kind !== 'number') return undefined
  if (min.value <= max.value) return { min: min.value, max: max.value }
  env.report.error('WM0220', range.span, `${min.value}..${max.value} holds no value`)
  return undefined
}

function choicesOf(domain: Expression, env: Environment): NumericDomain | undefined {
  const list = evaluateAs(domain, { kind: 'list', element: { kind: 'float' } }, 'a domain', env)
  if (list.kind !== 'list') return undefined
  const numbers = list.items.flatMap((item) => (item.kind === 'number' ? [item.value] : []))
  return numbers.length === list.items.length ? { oneOf: numbers } : undefined
}

function withWords(domain: Expression, env: Environment): Type | undefined {
  const list = evaluateAs(domain, { kind: 'list', element: { kind: 'string' } }, 'a domain', env)
  if (list.kind !== 'list') return undefined
  return { kind: 'choice', options: list.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) }
}
