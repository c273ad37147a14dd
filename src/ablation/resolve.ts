import type { Label } from '../diagnostics/diagnostic.ts'
import type { Edits, SiteEdit } from '../elaborate/edits.ts'
import { type CheckedNetwork, elaborate, recordApplications, type Setting } from '../elaborate/elaborate.ts'
import type { Environment } from '../evaluate/evaluate.ts'
import { createReporter } from '../evaluate/reporter.ts'
import { describeValue } from '../evaluate/value.ts'
import type { Graph } from '../graph/graph.ts'
import type { MatchDiff, StructuralDiff } from '../syntax/ast.ts'
import { solveMatch } from './budget/solve-match.ts'
import type { Change } from './changes.ts'
import { applyAssignment } from './settings.ts'
import type { Step, VariantSource } from './sources.ts'
import { haveSameSites, planDiff } from './structural.ts'

/** A variant with its diffs applied: what the network's parameters are, and what is changed at which site. */
export interface Resolved {
  readonly settings: ReadonlyMap<string, Setting>
  readonly edits: Edits
  /** What the diffs did, in the order in which they were applied. */
  readonly changes: readonly Change[]
  /** A structural diff is not applied, since the network could not be walked: no graph may be made of it. */
  readonly isUnwalked?: boolean
}

/** Gives the graph of the variant that a budget is matched to; undefined, and reported, where there is none. */
export type FindGraph = (diff: MatchDiff) => Graph | undefined

interface Resolution {
  readonly network: CheckedNetwork
  readonly env: Environment
  readonly settings: Map<string, Setting>
  readonly edits: Map<string, readonly SiteEdit[]>
  readonly changes: Change[]
  isUnwalked?: boolean
}

/**
 * Applies a variant's diffs: parameters first, whatever their place, so that selectors and budgets see the network
 * that they make; then structural diffs, each on what the one before it left; then budgets. Undefined, and reported, where one is wrong.
 */
export function resolveVariant(
  source: VariantSource,
  network: CheckedNetwork,
  findGraph: FindGraph,
  env: Environment,
): Resolved | undefined {
  const before = env.report.errorCount()
  const resolution: Resolution = { network, env, settings: new Map(), edits: new Map(), changes: [] }
  for (const step of source.steps) setParameter(step, resolution)
  for (const step of source.steps) {
    if (env.report.errorCount() > before || !isComplete(resolution)) break
    if (isStructural(step)) applyStructural(step, resolution)
  }
  for (const step of source.steps) {
    if (env.report.errorCount() > before || !isComplete(resolution)) break
    // What the budget is matched to is wrong, and says so itself.
    if (step.kind === 'match' && !applyMatch(step, findGraph, resolution)) return undefined
  }
  return env.report.errorCount() > before ? undefined : resolution
}

function setParameter(step: Step, { settings, network, env, changes }: Resolution): void {
  if (step.kind === 'generated') settings.set(step.name, { value: step.value, span: step.span })
  else if (step.kind === 'assign') applyAssignment(step, settings, network, env)
  else return
  for (const [parameter, { value, span }] of settings) {
    if (span !== step.span) continue
    const origin = step.kind === 'generated' ? { generated: true as const } : {}
    changes.push({ kind: 'set', span, parameter, value: describeValue(value), ...origin })
  }
}

/** Whether every parameter has a value; the caller reports those that have none. */
function isComplete({ network, settings }: Resolution): boolean {
  return network.parameters.every(({ name, default: initial }) => initial !== undefined || settings.has(name))
}

function isStructural(step: Step): step is StructuralDiff {
  return step.kind === 'replace' || step.kind === 'remove' || step.kind === 'insert' || step.kind === 'wrap'
}

function applyStructural(diff: StructuralDiff, resolution: Resolution): void {
  const { network, env, settings, edits, changes } = resolution
  const recording = recordApplications(network, { settings, edits })
  // A network that cannot be walked is elaborated in the end, which says why.
  if (recording === undefined) resolution.isUnwalked = true
  if (recording === undefined) return
  const planned = planDiff(diff, recording, env)
  if (planned === undefined) return
  for (const [key, added] of planned.edits) edits.set(key, [...(edits.get(key) ?? []), ...added])
  changes.push(planned.change)
}

function applyMatch(diff: MatchDiff, findGraph: FindGraph, resolution: Resolution): boolean {
  const { network, env, settings, edits, changes } = resolution
  const wanted = findGraph(diff)
  if (wanted === undefined) return false
  const elaborateWith = (candidate: ReadonlyMap<string, Setting>) => {
    const report = createReporter()
    const graph = elaborate(network, { settings: candidate, edits }, report)
    const codes = report.diagnostics.map(({ code }) => code)
    return graph === undefined ? { codes } : { graph, codes }
  }
  const solved = solveMatch(diff, { network, settings, edits, elaborateWith, wanted, env })
  if (solved === undefined) return false
  const before = edits.size === 0 ? undefined : recordApplications(network, { settings, edits })
  for (const [name, setting] of solved.settings) settings.set(name, setting)
  if (before !== undefined && !haveSameSites(before, recordApplications(network, { settings, edits }))) {
    reportShifted(diff, env)
    return false
  }
  const print = (value: number | readonly number[]) =>
    typeof value === 'number' ? String(value) : `[${value.join(', ')}]`
  const moved = solved.moved.map(({ target, from, to }) => ({ target, from: print(from), to: print(to) }))
  const { quantity, cost, residual } = solved
  changes.push({
    kind: 'match',
    span: diff.span,
    of: diff.variant.text,
    ...{ quantity, moved, cost, wanted: solved.wanted, residual },
  })
  return true
}

/** Structural diffs were made for the layers that stood there before. */
function reportShifted({ span, variant }: MatchDiff, env: Environment): void {
  const message = `at the widths that cost what ${variant.text} costs, the network has other layers than its structural diffs were made for`
  const hints = ['a width decides an `if` or a repeat: move one that does not, or write the layers out']
  env.report.error('WM0414', span, message, { hints })
}

/** The diffs that made a variant, as places to point at. */
export function diffLabels(name: string, { changes }: Resolved): readonly Label[] {
  return changes.map((change) => ({ span: change.span, message: `variant ${name} ${describeChange(change)} here` }))
}

function describeChange(change: Change): string {
  switch (change.kind) {
    case 'set':
      return `sets \`${change.parameter}\``
    case 'match':
      return `moves ${change.moved.map(({ target }) => `\`${target}\``).join(' and ')}`
    case 'replace':
      return `replaces ${countLayers(change.sites)}`
    case 'remove':
      return `removes ${countLayers(change.sites)}`
    case 'insert':
      return `inserts ${countLayers(change.sites)}`
    case 'wrap':
      return `wraps ${countLayers(change.sites)}`
  }
}

function countLayers(count: number): string {
  return count === 1 ? '1 layer' : `${count} layers`
}
