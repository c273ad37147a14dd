import type { MatchContext } from '../src/ablation/budget/solve-match.ts'
import { applyAssignment } from '../src/ablation/settings.ts'
import { planDiff } from '../src/ablation/structural.ts'
import { loadModules } from '../src/check/modules.ts'
import { checkModules } from '../src/check/networks.ts'
import type { SiteEdit } from '../src/elaborate/edits.ts'
import { type CheckedNetwork, elaborate, recordApplications, type Setting } from '../src/elaborate/elaborate.ts'
import { createReporter, type Reporter } from '../src/evaluate/reporter.ts'
import type { Scope } from '../src/evaluate/scope.ts'
import type { Graph } from '../src/graph/graph.ts'
import type { AblationDeclaration, Diff, MatchDiff } from '../src/syntax/ast.ts'

/** A `match` of a program, ready to be solved, and the reporter that gets its errors. */
export interface Matching {
  readonly diff: MatchDiff
  readonly context: MatchContext
  readonly report: Reporter
  /** Networks elaborated through the context. */
  readonly elaborations: () => number
}

/** The `match` of the last variant of a program's only ablation, with the variant's other diffs in force. */
export function prepareMatch(text: string): Matching {
  const matching = tryPrepareMatch(text)
  if (matching === undefined) throw new Error('the variant to match does not elaborate')
  return matching
}

/** Undefined where the variant to match does not elaborate, or where there is nothing that structural diffs could change. */
export function tryPrepareMatch(text: string): Matching | undefined {
  const report = createReporter()
  const modules = loadModules('test.wmnet', text, () => undefined, report)
  const checked = checkModules(modules, report)
  const [module] = modules
  const ablation = module?.file.declarations.find((declaration) => declaration.kind === 'ablation')
  const [network] = [...checked.networks.values()]
  if (module === undefined || ablation === undefined || network === undefined || report.errorCount() > 0) {
    throw new Error(`the test's program is wrong: ${JSON.stringify(report.diagnostics[0])}`)
  }
  const { scope } = module
  const diffs = diffsOf(ablation)
  const diff = diffs.get([...diffs.keys()].at(-1) ?? '')?.find((candidate) => candidate.kind === 'match')
  if (diff === undefined) throw new Error("the test's last variant matches nothing")
  const wanted = applyDiffs(diffs.get(diff.variant.text) ?? [], network, scope)
  const graph = wanted === undefined ? undefined : elaborate(network, wanted, createReporter())
  const own = applyDiffs([...diffs.values()].at(-1) ?? [], network, scope)
  if (graph === undefined || own === undefined) return undefined
  let elaborations = 0
  const elaborateWith = (settings: ReadonlyMap<string, Setting>) => {
    elaborations++
    return elaborateQuietly(network, settings, own.edits)
  }
  const context: MatchContext = { network, ...own, elaborateWith, wanted: graph, env: { scope, report } }
  return { diff, context, report, elaborations: () => elaborations }
}

function elaborateQuietly(
  network: CheckedNetwork,
  settings: ReadonlyMap<string, Setting>,
  edits: MatchContext['edits'],
): { readonly graph?: Graph; readonly codes: readonly string[] } {
  const quiet = createReporter()
  const graph = elaborate(network, { settings, edits }, quiet)
  return { codes: quiet.diagnostics.map(({ code }) => code), ...(graph === undefined ? {} : { graph }) }
}

/** Of variants with a body, by name. */
function diffsOf(ablation: AblationDeclaration): ReadonlyMap<string, readonly Diff[]> {
  return new Map(
    ablation.members.flatMap((member) =>
      member.kind === 'variant' && member.definition.kind === 'body'
        ? [[member.name.text, member.definition.diffs] as const]
        : [],
    ),
  )
}

function applyDiffs(diffs: readonly Diff[], network: CheckedNetwork, scope: Scope) {
  const report = createReporter()
  const settings = new Map<string, Setting>()
  const edits = new Map<string, readonly SiteEdit[]>()
  for (const diff of diffs) if (diff.kind === 'assign') applyAssignment(diff, settings, network, { scope, report })
  for (const diff of diffs) {
    if (diff.kind === 'assign' || diff.kind === 'match') continue
    const recording = recordApplications(network, { settings, edits })
    if (recording === undefined) return undefined
    const planned = planDiff(diff, recording, { scope, report })
    if (planned === undefined) throw new Error(`the test's diff is wrong: ${JSON.stringify(report.diagnostics[0])}`)
    for (const [key, added] of planned.edits) edits.set(key, [...(edits.get(key) ?? []), ...added])
  }
  if (report.errorCount() > 0) throw new Error(`the test's diffs are wrong: ${JSON.stringify(report.diagnostics[0])}`)
  return { settings, edits }
}
