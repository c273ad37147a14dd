import type { StaticCheck } from '../check/networks.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { type CheckedNetwork, elaborate } from '../elaborate/elaborate.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import { lookUp, type Scope } from '../evaluate/scope.ts'
import type { Graph } from '../graph/graph.ts'
import { hashGraph } from '../graph/hash.ts'
import type { AblationDeclaration } from '../syntax/ast.ts'
import { diffLabels, type ResolvedVariant, resolveVariants } from './settings.ts'

/** A buildable network: a variant of an ablation, or a network as its defaults make it. */
export interface Variant {
  /** `cnn`; for a network, its name. */
  readonly name: string
  /** The ablation (or the network itself) that it belongs to. */
  readonly subject: string
  readonly graph: Graph
  /** Canonical: of layers, hyperparameters and edges, not of names, labels and places. */
  readonly hash: string
  /** Where it is declared. */
  readonly span: Span
}

/** Elaborates a network with its defaults. Undefined where a parameter has none, or where it is wrong. */
export function elaborateNetwork(network: CheckedNetwork, report: Reporter): Variant | undefined {
  if (network.parameters.some((parameter) => parameter.default === undefined)) return undefined
  const graph = elaborate(network, new Map(), [], report)
  if (graph === undefined) return undefined
  const { name } = network.declaration
  return { name: name.text, subject: name.text, graph, hash: hashGraph(graph), span: name.span }
}

/** Elaborates the variants of an ablation and holds them to its guarantees: each differs from every other. */
export function elaborateAblation(
  ablation: AblationDeclaration,
  scope: Scope,
  checked: StaticCheck,
  report: Reporter,
): readonly Variant[] {
  const network = findNetwork(ablation, scope, checked, report)
  if (network === undefined) return []
  if (ablation.variants.length === 0)
    report.error('WM0404', ablation.name.span, `${ablation.name.text} has no variants`)
  const resolved = resolveVariants(ablation, network, { scope, report })
  if (!checked.isSound(network)) return []
  const variants: Variant[] = []
  for (const variant of resolved) {
    if (!variant.valid || !givesAll(variant, network, report)) continue
    const graph = elaborate(network, variant.settings, diffLabels(variant), report)
    if (graph === undefined) continue
    const { name } = variant.declaration
    const one = { name: name.text, subject: ablation.name.text, graph, hash: hashGraph(graph), span: name.span }
    checkDistinct(one, variants, ablation, report)
    variants.push(one)
  }
  return variants
}

function findNetwork(
  ablation: AblationDeclaration,
  scope: Scope,
  checked: StaticCheck,
  report: Reporter,
): CheckedNetwork | undefined {
  const { text, span } = ablation.network
  const binding = lookUp(scope, text)
  if (binding?.kind === 'network') return checked.networks.get(binding.declaration)
  if (binding?.kind === 'missing') return undefined
  if (binding !== undefined) {
    report.error('WM0204', span, `an ablation is of a network, found the ${binding.kind} \`${text}\``, {
      labels: [{ span: binding.span, message: 'defined here' }],
    })
    return undefined
  }
  const networks = [...scope.bindings].flatMap(([name, candidate]) => (candidate.kind === 'network' ? [name] : []))
  const close = suggest(text, networks)
  report.error('WM0201', span, `there is no network \`${text}\``, {
    hints: close === undefined ? [] : [`did you mean \`${close}\`?`],
  })
  return undefined
}

/** A parameter without default must be set by every variant. */
function givesAll(variant: ResolvedVariant, network: CheckedNetwork, report: Reporter): boolean {
  const missing = network.parameters.filter(
    ({ name, default: given }) => given === undefined && !variant.settings.has(name),
  )
  if (missing.length === 0) return true
  const names = missing.map(({ name }) => `\`${name}\``).join(' and ')
  const labels = missing.flatMap(({ span }) => (span === undefined ? [] : [{ span, message: 'has no default' }]))
  const { name } = variant.declaration
  report.error('WM0208', name.span, `variant ${name.text} must set ${names}`, { labels: labels.slice(0, 1) })
  return false
}

function checkDistinct(
  variant: Variant,
  earlier: readonly Variant[],
  ablation: AblationDeclaration,
  report: Reporter,
): void {
  const twin = earlier.find((other) => other.hash === variant.hash)
  if (twin === undefined) return
  const labels = [{ span: twin.span, message: `${twin.name} is the same network` }]
  if (twin.name === ablation.variants[0]?.name.text) {
    report.error('WM0405', variant.span, `${variant.name} does not differ from the baseline ${twin.name}`, { labels })
  } else {
    report.error('WM0406', variant.span, `${variant.name} and ${twin.name} of ${ablation.name.text} are one network`, {
      labels,
    })
  }
}
