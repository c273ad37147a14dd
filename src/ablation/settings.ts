import type { Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { bindParameters, type CheckedNetwork, type Setting } from '../elaborate/elaborate.ts'
import { coerce } from '../evaluate/coerce.ts'
import { type Environment, evaluate, evaluateAs } from '../evaluate/evaluate.ts'
import { reachable } from '../evaluate/lists.ts'
import { createReporter } from '../evaluate/reporter.ts'
import { createScope, lookUp, type Scope } from '../evaluate/scope.ts'
import type { CheckedParameter, Value } from '../evaluate/value.ts'
import type { Type } from '../registry/params.ts'
import type { AblationDeclaration, Diff, Expression, Identifier, VariantDeclaration } from '../syntax/ast.ts'

/** A variant as the settings of its network's parameters. */
export interface ResolvedVariant {
  readonly declaration: VariantDeclaration
  readonly settings: ReadonlyMap<string, Setting>
  /** False where one of its diffs is wrong: it is not elaborated. */
  readonly valid: boolean
}

/** Resolves every variant of an ablation: sums expanded, diffs applied left to right, values checked. */
export function resolveVariants(
  ablation: AblationDeclaration,
  network: CheckedNetwork,
  env: Environment,
): readonly ResolvedVariant[] {
  const byName = new Map<string, VariantDeclaration>()
  for (const variant of ablation.variants) {
    const earlier = byName.get(variant.name.text)
    if (earlier === undefined) byName.set(variant.name.text, variant)
    else {
      env.report.error('WM0203', variant.name.span, `the variant \`${variant.name.text}\` is defined again`, {
        labels: [{ span: earlier.name.span, message: 'first defined here' }],
      })
    }
  }
  return [...byName.values()].map((declaration) => resolveVariant(declaration, byName, network, env))
}

function resolveVariant(
  declaration: VariantDeclaration,
  byName: ReadonlyMap<string, VariantDeclaration>,
  network: CheckedNetwork,
  env: Environment,
): ResolvedVariant {
  const before = env.report.errorCount()
  const diffs = expand(declaration, byName, [], env)
  const settings = new Map<string, Setting>()
  for (const diff of diffs) applyDiff(diff, settings, network, env)
  return { declaration, settings, valid: env.report.errorCount() === before }
}

/** The diffs of a variant in order; a sum stands for those of its terms. */
function expand(
  variant: VariantDeclaration,
  byName: ReadonlyMap<string, VariantDeclaration>,
  path: readonly VariantDeclaration[],
  env: Environment,
): readonly Diff[] {
  const { definition } = variant
  if (definition.kind === 'body') return definition.diffs
  return definition.terms.flatMap((term) => {
    const named = byName.get(term.text)
    if (named === undefined) return reportUnknownVariant(term, byName, env)
    const inside = [...path, variant]
    if (!inside.includes(named)) return expand(named, byName, inside, env)
    const cycle = [...inside.slice(inside.indexOf(named)), named].map((step) => step.name.text).join(' → ')
    env.report.error('WM0403', term.span, `${named.name.text} would be part of itself: ${cycle}`)
    return []
  })
}

function reportUnknownVariant(term: Identifier, byName: ReadonlyMap<string, VariantDeclaration>, env: Environment): [] {
  const close = suggest(term.text, byName.keys())
  const hint = close === undefined ? `it has ${[...byName.keys()].join(', ')}` : `did you mean \`${close}\`?`
  env.report.error('WM0402', term.span, `this ablation has no variant \`${term.text}\``, { hints: [hint] })
  return []
}

function applyDiff(diff: Diff, settings: Map<string, Setting>, network: CheckedNetwork, env: Environment): void {
  const name = parameterName(diff.target)
  const parameter = network.parameters.find((candidate) => candidate.name === name?.text)
  if (name === undefined || parameter === undefined) {
    reportUnknownParameter(name, diff, network, env)
    return
  }
  const { target } = diff
  const value =
    target.kind === 'name'
      ? typed(diff.value, parameter.type, parameter, network, env)
      : assignPart(diff, target, parameter, settings, network, env)
  if (value !== undefined) settings.set(parameter.name, { value, span: diff.span })
}

function parameterName(target: Diff['target']): Identifier | undefined {
  if (target.kind === 'name') return target.name
  return target.list.kind === 'name' ? target.list.name : undefined
}

function reportUnknownParameter(
  name: Identifier | undefined,
  diff: Diff,
  network: CheckedNetwork,
  env: Environment,
): void {
  const names = network.parameters.map((parameter) => parameter.name)
  const { declaration } = network
  const labels = [{ span: declaration.name.span, message: 'this network' }]
  if (name === undefined) {
    env.report.error('WM0401', diff.target.span, `wants a parameter of ${declaration.name.text} or a part of one`, {
      labels,
    })
    return
  }
  const close = suggest(name.text, names)
  const hint =
    close !== undefined ? `did you mean \`${close}\`?` : names.length > 0 ? `it has ${names.join(', ')}` : 'it has none'
  const message = `${declaration.name.text} has no parameter \`${name.text}\``
  env.report.error('WM0401', name.span, message, { labels, hints: [hint] })
}

function typed(
  expression: Expression,
  type: Type,
  parameter: CheckedParameter,
  network: CheckedNetwork,
  env: Environment,
): Value | undefined {
  const before = env.report.errorCount()
  const recipient = {
    what: `\`${parameter.name}\` of ${network.declaration.name.text}`,
    ...(parameter.span === undefined ? {} : { span: parameter.span }),
  }
  const value = coerce(evaluate(expression, env, type), type, expression.span, recipient, env.report)
  return env.report.errorCount() > before ? undefined : value
}

/** `widths[0] = 64`, `widths[0..1] = [64, 64]`: a copy of the list with these items replaced. */
function assignPart(
  diff: Diff,
  target: Exclude<Diff['target'], { kind: 'name' }>,
  parameter: CheckedParameter,
  settings: ReadonlyMap<string, Setting>,
  network: CheckedNetwork,
  env: Environment,
): Value | undefined {
  const { type } = parameter
  const list = currentValue(parameter, settings, network)
  if (type.kind !== 'list' || list?.kind !== 'list') {
    env.report.error('WM0204', diff.target.span, `only a list has parts; \`${parameter.name}\` is none`, {
      labels: parameter.span === undefined ? [] : [{ span: parameter.span, message: 'declared here' }],
    })
    return undefined
  }
  const places = placesOf(target, list.items.length, env)
  if (places === undefined) return undefined
  const { element } = type
  const value = typed(diff.value, target.kind === 'index' ? element : type, parameter, network, env)
  if (value === undefined) return undefined
  const parts = target.kind === 'index' ? [value] : value.kind === 'list' ? value.items : []
  if (parts.length === places.length) {
    const items = list.items.map((item, index) => parts[places.indexOf(index)] ?? item)
    return { kind: 'list', items }
  }
  env.report.error('WM0211', diff.value.span, `the slice has ${places.length} places, found ${parts.length} values`, {
    labels: [{ span: target.span, message: 'this slice' }],
  })
  return undefined
}

function placesOf(
  target: Exclude<Diff['target'], { kind: 'name' }>,
  length: number,
  env: Environment,
): number[] | undefined {
  const ends = target.kind === 'index' ? [target.index] : [target.from, target.to]
  const indices: number[] = []
  for (const end of ends) {
    const index = evaluateAs(end, { kind: 'int' }, 'an index', env)
    if (index.kind !== 'number' || !reachable(length, index.value, end.span, target.list.span, env)) return undefined
    indices.push(index.value)
  }
  const from = indices[0] ?? 0
  const to = indices.at(-1) ?? from
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset)
}

/** What the parameter is before this diff; undefined where the network's own defaults do not evaluate. */
function currentValue(
  parameter: CheckedParameter,
  settings: ReadonlyMap<string, Setting>,
  network: CheckedNetwork,
): Value | undefined {
  const scope: Scope = createScope(network.scope)
  bindParameters(network.parameters, settings, { scope, report: createReporter() })
  const binding = lookUp(scope, parameter.name)
  return binding?.kind === 'value' ? binding.value : undefined
}

/** The diffs that made a variant, as places to point at. */
export function diffLabels(variant: ResolvedVariant): readonly { readonly span: Span; readonly message: string }[] {
  return [...variant.settings].map(([name, { span }]) => ({
    span,
    message: `variant ${variant.declaration.name.text} sets \`${name}\` here`,
  }))
}
