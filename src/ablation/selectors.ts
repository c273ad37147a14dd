import { suggest } from '../diagnostics/suggest.ts'
import { bindParameters } from '../elaborate/elaborate.ts'
import type { Application, LabelRange, Recording } from '../elaborate/record.ts'
import { complete } from '../evaluate/bind.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import { createReporter } from '../evaluate/reporter.ts'
import { createScope, lookUp, type Scope } from '../evaluate/scope.ts'
import { numberValue, type Value } from '../evaluate/value.ts'
import type { ScopeTag } from '../graph/graph.ts'
import { catalog } from '../registry/catalog.ts'
import type { ArgValue } from '../registry/params.ts'
import type { Expression, Identifier, Selector, SelectorFilter } from '../syntax/ast.ts'

/** What a selector found: layers of a kind, or the statements of a label. */
export interface Selection {
  readonly by: 'kind' | 'label'
  readonly matches: readonly Application[]
}

/** An application and its place in forward order. */
interface Candidate {
  readonly application: Application
  readonly place: number
}

/** The applications that a selector matches, in forward order. Undefined, and reported, where there is none. */
export function select(selector: Selector, recording: Recording, env: Environment): Selection | undefined {
  const named = findNamed(selector.name, recording, env)
  if (named === undefined) return undefined
  let candidates = named.candidates
  for (const filter of selector.filters) {
    const keeps = toPredicate(filter, recording, env)
    if (keeps === undefined) return undefined
    candidates = candidates.filter(keeps)
  }
  const narrowed = candidates.map(({ application }) => application)
  const matches = selector.where === undefined ? narrowed : filterWhere(selector.where, narrowed, env)
  if (matches === undefined) return undefined
  if (matches.length > 0) return { by: named.by, matches }
  reportNone(selector, named.candidates.length, narrowed.length, env)
  return undefined
}

function findNamed(
  { text, span }: Identifier,
  recording: Recording,
  env: Environment,
): { readonly by: Selection['by']; readonly candidates: readonly Candidate[] } | undefined {
  const all = recording.applications.map((application, place) => ({ application, place }))
  const ofKind = all.filter(({ application }) => application.kind === text)
  const labelled = all.filter(({ application }) => application.label === text)
  const [label] = labelled
  const [kind] = ofKind
  if (label !== undefined && kind !== undefined) {
    const labels = [{ span: label.application.span, message: 'labelled so' }]
    env.report.error('WM0410', span, `\`${text}\` is both a label and a kind of layer here`, { labels })
    return undefined
  }
  if (label !== undefined) return { by: 'label', candidates: labelled }
  if (kind !== undefined) return { by: 'kind', candidates: ofKind }
  if (isKnown(text, env)) {
    env.report.error('WM0408', span, `this network has no \`${text}\``, { hints: listKinds(recording) })
    return undefined
  }
  if (labelsOf(recording).includes(text)) {
    const message = `no layer is left where \`${text}\` labels one: it is repeated 0 times, or an earlier diff removed it`
    env.report.error('WM0408', span, message, { hints: ['`in`, `after` and `before` still know the label'] })
    return undefined
  }
  const known = [...all.map(({ application }) => application.kind), ...labelsOf(recording)]
  reportUnknown(
    span,
    `there is no layer and no label \`${text}\` in this network`,
    text,
    known,
    env,
    listKinds(recording),
  )
  return undefined
}

const structures = ['residual', 'densely', 'parallel']

/** Whether the name means something, in this network or not. */
function isKnown(text: string, { scope }: Environment): boolean {
  return catalog.layer.has(text) || lookUp(scope, text)?.kind === 'define' || structures.includes(text)
}

function toPredicate(
  filter: SelectorFilter,
  recording: Recording,
  env: Environment,
): ((candidate: Candidate) => boolean) | undefined {
  const { relation, name } = filter
  if (relation === 'in') return toContainment(name, recording, env)
  const ranges = recording.labels.filter(({ label }) => label === name.text)
  if (ranges.length === 0) {
    const known = labelsOf(recording)
    const hints = known.length === 0 ? ['label a layer in the source with `as`'] : [`labels: ${known.join(', ')}`]
    reportUnknown(name.span, `there is no label \`${name.text}\` in this network`, name.text, known, env, hints)
    return undefined
  }
  // A label of a loop has a range for each turn: before the first, after the last.
  if (relation === 'before') {
    const first = ranges.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY)
    return ({ place }) => place < first
  }
  const last = ranges.reduce((most, { end }) => Math.max(most, end), 0)
  return ({ place }) => place >= last
}

function toContainment(
  { text, span }: Identifier,
  recording: Recording,
  env: Environment,
): ((candidate: Candidate) => boolean) | undefined {
  const { applications } = recording
  const ranges = recording.labels.filter(({ label }) => label === text)
  const encloses = (scope: ScopeTag) => nameOfScope(scope) === text
  const holder = applications.find(({ scopes }) => scopes.some(encloses))
  if (ranges.length > 0 && holder !== undefined) {
    const [label] = applications.filter((application) => application.label === text)
    const labels = label === undefined ? [] : [{ span: label.span, message: 'labelled so' }]
    env.report.error('WM0410', span, `\`${text}\` is both a label and what holds layers here`, { labels })
    return undefined
  }
  if (holder !== undefined) return ({ application }) => application.scopes.some(encloses)
  if (ranges.length > 0) return isWithin(ranges, applications.length)
  const known = [...new Set([...applications.flatMap(({ scopes }) => scopes.map(nameOfScope)), ...labelsOf(recording)])]
  const hints = known.length === 0 ? [] : [`layers stand in ${known.join(', ')}`]
  if (isKnown(text, env)) env.report.error('WM0408', span, `no layer stands in a \`${text}\` here`, { hints })
  else reportUnknown(span, `no define, structure or label \`${text}\` holds layers here`, text, known, env, hints)
  return undefined
}

/** As a selector calls it: its branches are in a `parallel`. */
function nameOfScope({ kind, name }: ScopeTag): string {
  return kind === 'branch' ? 'parallel' : name
}

/** In time linear in applications and ranges: a loop may give thousands of each. */
function isWithin(ranges: readonly LabelRange[], length: number): (candidate: Candidate) => boolean {
  const changes = new Int32Array(length + 1)
  for (const { start, end } of ranges) {
    changes[start] = (changes[start] ?? 0) + 1
    changes[end] = (changes[end] ?? 0) - 1
  }
  let depth = 0
  const inside = Array.from(changes, (change) => {
    depth += change
    return depth > 0
  })
  return ({ place }) => inside[place] === true
}

function labelsOf(recording: Recording): readonly string[] {
  return [...new Set(recording.labels.map(({ label }) => label))]
}

/** The kinds of layer, most frequent first. */
function listKinds({ applications }: Recording): readonly string[] {
  const counts = new Map<string, number>()
  for (const { kind } of applications) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, 12)
  return sorted.length === 0 ? [] : [`it has ${sorted.map(([kind, count]) => `${kind} (${count})`).join(', ')}`]
}

function reportUnknown(
  span: Identifier['span'],
  message: string,
  name: string,
  known: readonly string[],
  env: Environment,
  otherwise: readonly string[],
): void {
  const close = suggest(name, known)
  env.report.error('WM0407', span, message, { hints: close === undefined ? otherwise : [`did you mean \`${close}\`?`] })
}

/** Evaluates the condition for each match; at the first error it stops, since the others would repeat it. */
function filterWhere(
  where: Expression,
  applications: readonly Application[],
  env: Environment,
): readonly Application[] | undefined {
  const matches: Application[] = []
  for (const [index, application] of applications.entries()) {
    const scope = createScope(env.scope)
    bindArguments(application, scope, env)
    bind('index', numberValue(index), scope, where)
    bind('count', numberValue(applications.length), scope, where)
    const before = env.report.errorCount()
    const holds = evaluateAs(where, { kind: 'bool' }, '`where`', { ...env, scope, comparesKinds: true })
    if (env.report.errorCount() > before) return undefined
    if (holds.kind === 'bool' && holds.value) matches.push(application)
  }
  return matches
}

/** The arguments of a layer or define, defaults included, by name. */
function bindArguments({ call }: Application, scope: Scope, env: Environment): void {
  if (call === undefined) return
  if (call.target.kind === 'define') {
    const { define } = call.target
    const inner = createScope(define.scope)
    bindParameters(define.parameters, call.args, { scope: inner, report: createReporter() })
    for (const [name, binding] of inner.bindings) scope.bindings.set(name, binding)
    return
  }
  if (call.target.kind === 'construct') {
    const resolved = complete(call, { ...env, report: createReporter() })
    for (const [name, value] of Object.entries(resolved?.args ?? {})) {
      const own = toValue(value)
      if (own !== undefined) scope.bindings.set(name, { kind: 'value', value: own, span: call.span })
    }
  }
}

function toValue(value: ArgValue): Value | undefined {
  if (typeof value === 'number') return numberValue(value)
  if (typeof value === 'boolean') return { kind: 'bool', value }
  return typeof value === 'string' ? { kind: 'string', value } : undefined
}

function bind(name: string, value: Value, scope: Scope, { span }: Expression): void {
  scope.bindings.set(name, { kind: 'value', value, span })
}

function reportNone(selector: Selector, named: number, narrowed: number, env: Environment): void {
  const { name, filters, where } = selector
  const found = `${named} \`${name.text}\``
  const [filter] = filters
  if (narrowed === 0 && filter !== undefined) {
    const message = `of ${found} none is ${filters.map(({ relation, name: of }) => `${relation} ${of.text}`).join(' and ')}`
    env.report.error('WM0408', selector.span, message)
    return
  }
  const hints = [`\`index\` runs from 0 to ${narrowed - 1}`]
  env.report.error('WM0408', where?.span ?? selector.span, `none of ${narrowed} \`${name.text}\` fulfils this`, {
    hints,
  })
}
