import type { StaticCheck } from '../check/networks.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { type CheckedNetwork, elaborate, type Recipe } from '../elaborate/elaborate.ts'
import { printPlain } from '../elaborate/print-plain.ts'
import type { Traced } from '../elaborate/trace.ts'
import { createReporter, type Reporter } from '../evaluate/reporter.ts'
import { lookUp, type Scope } from '../evaluate/scope.ts'
import type { Graph } from '../graph/graph.ts'
import { hashGraph, outlineGraph } from '../graph/hash.ts'
import type { AblationDeclaration, Identifier, MatchDiff } from '../syntax/ast.ts'
import type { Change } from './changes.ts'
import { diffLabels, resolveVariant } from './resolve.ts'
import { listVariants, reporterOf, reportUnknownVariant, type VariantSource } from './sources.ts'
import { countIn, isFull, type Tally } from './tally.ts'

/** A buildable network: a variant of an ablation, or a network as its defaults make it. */
export interface Variant {
  /** `cnn`; for a network, its name. */
  readonly name: string
  /** The ablation (or the network itself) that it belongs to. */
  readonly subject: string
  readonly graph: Graph
  /** Canonical: of layers, hyperparameters and edges, not of names, labels and places. */
  readonly hash: string
  /** Where it is declared, or the `grid` or `zip` that generates it. */
  readonly span: Span
  /** What its diffs did; none for a network and for a baseline without diffs. */
  readonly changes: readonly Change[]
  /** It as a file of its own: the network with everything applied, which compiles to the same hash. */
  printPlain(): string
}

/** Elaborates a network with its defaults. Undefined where a parameter has none, or where it is wrong. */
export function elaborateNetwork(network: CheckedNetwork, report: Reporter): Variant | undefined {
  if (network.parameters.some((parameter) => parameter.default === undefined)) return undefined
  const recipe = { settings: new Map() }
  const graph = elaborate(network, recipe, report)
  if (graph === undefined) return undefined
  const { name } = network.declaration
  return toVariant(name, name.text, { graph, changes: [], network, recipe })
}

interface Elaborated {
  readonly graph: Graph
  readonly changes: readonly Change[]
  readonly network: CheckedNetwork
  readonly recipe: Recipe
}

function toVariant({ text, span }: Identifier, subject: string, elaborated: Elaborated): Variant {
  const { graph, changes, network, recipe } = elaborated
  // Not the variant's name alone, which may be that of a layer.
  const plainName = text === subject ? text : `${graph.network}_${text}`
  let hash: string | undefined
  return {
    ...{ name: text, subject, graph, span, changes },
    // Of a large network it takes as long as elaborating it, and a check needs none.
    get hash() {
      hash ??= hashGraph(graph)
      return hash
    },
    printPlain: () => {
      const trace: Traced[] = []
      elaborate(network, { ...recipe, trace }, createReporter())
      return printPlain(plainName, graph.input, trace)
    },
  }
}

/** What the variants of one ablation share while they are elaborated. */
interface Session {
  readonly ablation: AblationDeclaration
  readonly network: CheckedNetwork
  readonly isSound: boolean
  readonly scope: Scope
  readonly report: Reporter
  readonly sources: ReadonlyMap<string, VariantSource>
  /** By name; undefined where the variant is wrong. */
  readonly done: Map<string, Variant | undefined>
  /** Variants that wait for those that their budgets name, outermost first. */
  readonly waiting: string[]
}

/** Elaborates the variants of an ablation and holds them to its guarantees: each differs from every other. */
export function elaborateAblation(
  ablation: AblationDeclaration,
  scope: Scope,
  checked: StaticCheck,
  tally: Tally,
  report: Reporter,
): readonly Variant[] {
  const network = findNetwork(ablation, scope, checked, report)
  if (network === undefined) return []
  const errors = report.errorCount()
  const sources = listVariants(ablation, network, { scope, report })
  if (sources.length === 0 && report.errorCount() === errors) {
    report.error('WM0404', ablation.name.span, `${ablation.name.text} has no variants`)
  }
  const session: Session = {
    ...{ ablation, network, isSound: checked.isSound(network), scope, report },
    ...{ sources: new Map(sources.map((source) => [source.name.text, source])), done: new Map(), waiting: [] },
  }
  const variants: Variant[] = []
  const alike = new Map<string, Variant[]>()
  for (const source of sources) {
    if (isFull(tally)) break
    const variant = elaborateVariant(source, session)
    if (variant === undefined) continue
    countIn(variant, tally, report)
    // Hashes take as long as elaboration. They are asked for only where the outlines leave the question open.
    const outline = outlineGraph(variant.graph)
    const earlier = alike.get(outline) ?? []
    checkDistinct(variant, earlier, sources[0]?.name.text, ablation, report)
    alike.set(outline, [...earlier, variant])
    variants.push(variant)
  }
  return variants
}

/** Elaborates a variant, once: a budget may have asked for it before its turn. */
function elaborateVariant(source: VariantSource, session: Session): Variant | undefined {
  const { done, network, ablation, scope, report, waiting } = session
  const name = source.name.text
  if (done.has(name)) return done.get(name)
  waiting.push(name)
  const find = (diff: MatchDiff) => findBudget(diff, session)
  // A sum of a wrong variant could only repeat what is wrong with it.
  const isWrong = source.isWrong || (source.terms ?? []).some((term) => isKnownWrong(term, session))
  const resolved = isWrong
    ? undefined
    : resolveVariant(source, network, find, { scope, report: reporterOf(source, report) })
  waiting.pop()
  const context = resolved === undefined ? [] : diffLabels(name, resolved)
  const isReady = resolved !== undefined && session.isSound && givesAll(source, resolved.settings, network, report)
  const graph = isReady ? elaborate(network, { ...resolved, context }, report) : undefined
  if (graph !== undefined && resolved?.isUnwalked) reportUnwalked(source, report)
  const variant =
    graph === undefined || resolved === undefined || resolved.isUnwalked
      ? undefined
      : toVariant(source.name, ablation.name.text, { graph, changes: resolved.changes, network, recipe: resolved })
  done.set(name, variant)
  return variant
}

/** A term that waits for this sum's cost is not known yet, and reports that itself. */
function isKnownWrong(term: string, session: Session): boolean {
  const source = session.sources.get(term)
  if (source === undefined || session.waiting.includes(term)) return false
  return elaborateVariant(source, session) === undefined
}

/** It can be built, but is too large for selectors: without its structural diffs it would be another network. */
function reportUnwalked({ name }: VariantSource, report: Reporter): void {
  const message = `${name.text} has too many layers, defines and structures for its structural diffs`
  report.error('WM0358', name.span, message)
}

/** The graph whose cost a `match` wants. Nothing is said where that variant is wrong: it says so itself. */
function findBudget({ variant }: MatchDiff, session: Session): Graph | undefined {
  const { sources, waiting, scope, report } = session
  const source = sources.get(variant.text)
  if (source === undefined) {
    reportUnknownVariant(variant, sources.keys(), { scope, report })
    return undefined
  }
  if (waiting.includes(variant.text)) {
    const cycle = [...waiting.slice(waiting.indexOf(variant.text)), variant.text].join(' → ')
    report.error('WM0415', variant.span, `the cost of ${variant.text} depends on itself: ${cycle}`)
    return undefined
  }
  return elaborateVariant(source, session)?.graph
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
function givesAll(
  { name }: VariantSource,
  settings: Recipe['settings'],
  network: CheckedNetwork,
  report: Reporter,
): boolean {
  const missing = network.parameters.filter(
    (parameter) => parameter.default === undefined && !settings.has(parameter.name),
  )
  if (missing.length === 0) return true
  const names = missing.map((parameter) => `\`${parameter.name}\``).join(' and ')
  const labels = missing.flatMap(({ span }) => (span === undefined ? [] : [{ span, message: 'has no default' }]))
  report.error('WM0208', name.span, `variant ${name.text} must set ${names}`, { labels: labels.slice(0, 1) })
  return false
}

function checkDistinct(
  variant: Variant,
  earlier: readonly Variant[],
  baseline: string | undefined,
  ablation: AblationDeclaration,
  report: Reporter,
): void {
  const twin = earlier.find((other) => other.hash === variant.hash)
  if (twin === undefined) return
  const labels = [{ span: twin.span, message: `${twin.name} is the same network` }]
  const generated = ablation.members.some(({ kind, span }) => kind !== 'variant' && span.start === variant.span.start)
  const exclude = '`exclude { … }` with its values drops it from the grid'
  if (twin.name === baseline) {
    const message = `${variant.name} does not differ from the baseline ${twin.name}`
    report.error('WM0405', variant.span, message, { labels, hints: [generated ? exclude : hintAtNothing(variant)] })
  } else {
    const message = `${variant.name} and ${twin.name} of ${ablation.name.text} are one network`
    const same = `change one of the two or remove \`${variant.name}\`: the network of \`${twin.name}\` would count twice`
    report.error('WM0406', variant.span, message, { labels, hints: [generated ? exclude : same] })
  }
}

function hintAtNothing({ name, changes }: Variant): string {
  if (changes.length === 0) return `write between the braces what \`${name}\` changes, or remove it`
  const [only, ...others] = changes
  if (only?.kind !== 'set' || others.length > 0)
    return `its diffs together change no layer; change them, or remove \`${name}\``
  return `\`${only.parameter} = ${only.value}\` makes no difference here: set another value, or remove \`${name}\``
}
