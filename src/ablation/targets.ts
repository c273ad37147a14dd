import { suggest } from '../diagnostics/suggest.ts'
import { bindParameters, type CheckedNetwork, type Setting } from '../elaborate/elaborate.ts'
import { coerce } from '../evaluate/coerce.ts'
import { type Environment, evaluate } from '../evaluate/evaluate.ts'
import { createReporter } from '../evaluate/reporter.ts'
import { createScope, lookUp } from '../evaluate/scope.ts'
import type { CheckedParameter, Value } from '../evaluate/value.ts'
import type { Type } from '../registry/params.ts'
import type { Expression, Identifier, ParameterTarget } from '../syntax/ast.ts'

/** The parameter that a target names, or a report that the network has none such. */
export function findParameter(
  name: Identifier,
  network: CheckedNetwork,
  env: Environment,
): CheckedParameter | undefined {
  const parameter = network.parameters.find((candidate) => candidate.name === name.text)
  if (parameter !== undefined) return parameter
  const names = network.parameters.map((candidate) => candidate.name)
  const { declaration } = network
  const labels = [{ span: declaration.name.span, message: 'this network' }]
  const close = suggest(name.text, names)
  const hint =
    close !== undefined ? `did you mean \`${close}\`?` : names.length > 0 ? `it has ${names.join(', ')}` : 'it has none'
  const message = `${declaration.name.text} has no parameter \`${name.text}\``
  env.report.error('WM0401', name.span, message, { labels, hints: [hint] })
  return undefined
}

/** As `findParameter`, for `norm`, `widths[0]` and `widths[0..1]`. */
export function findTarget(
  target: ParameterTarget,
  network: CheckedNetwork,
  env: Environment,
): CheckedParameter | undefined {
  const name = target.kind === 'name' ? target.name : target.list.kind === 'name' ? target.list.name : undefined
  if (name !== undefined) return findParameter(name, network, env)
  const { text, span } = network.declaration.name
  env.report.error('WM0401', target.span, `wants a parameter of ${text} or a part of one`, {
    labels: [{ span, message: 'this network' }],
  })
  return undefined
}

/** The value of an expression as the parameter wants it; undefined, and reported, where it does not fit. */
export function evaluateFor(
  expression: Expression,
  type: Type,
  parameter: CheckedParameter,
  network: CheckedNetwork,
  env: Environment,
): Value | undefined {
  const before = env.report.errorCount()
  const recipient = { parameter, owner: network.declaration.name.text }
  const value = coerce(evaluate(expression, env, type), type, expression.span, recipient, env.report)
  return env.report.errorCount() > before ? undefined : value
}

/** What the parameter is with these settings; undefined where the network's own defaults do not evaluate. */
export function currentValue(
  parameter: CheckedParameter,
  settings: ReadonlyMap<string, Setting>,
  network: CheckedNetwork,
): Value | undefined {
  const scope = createScope(network.scope)
  bindParameters(network.parameters, settings, { scope, report: createReporter() })
  const binding = lookUp(scope, parameter.name)
  return binding?.kind === 'value' ? binding.value : undefined
}
