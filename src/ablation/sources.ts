import { suggest } from '../diagnostics/suggest.ts'
import type { CheckedNetwork } from '../elaborate/elaborate.ts'
import type { Environment } from '../evaluate/evaluate.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import type { Value } from '../evaluate/value.ts'
import type { AblationDeclaration, Diff, Identifier, VariantDeclaration } from '../syntax/ast.ts'
import { generateVariants, maxVariants } from './generate.ts'

/** One change of a variant: a diff as written, or a value that a `grid` or `zip` gives to a parameter. */
export type Step = Diff | GeneratedStep

export interface GeneratedStep {
  readonly kind: 'generated'
  /** The parameter. */
  readonly name: string
  readonly value: Value
  readonly span: Diff['span']
}

/** A variant before its diffs are applied: declared, or generated. */
export interface VariantSource {
  readonly name: Identifier
  /** In order; sums are expanded. */
  readonly steps: readonly Step[]
  /** Of a sum: the names of the variants that it adds up. */
  readonly terms?: readonly string[]
  /** Its sum names no variant, or itself: reported, and not elaborated. */
  readonly isWrong?: true
}

/** Every variant of an ablation in the order of its members, each name once. */
export function listVariants(
  ablation: AblationDeclaration,
  network: CheckedNetwork,
  env: Environment,
): readonly VariantSource[] {
  const generated = generateVariants(ablation, network, env)
  const sources = new Map<string, VariantSource | VariantDeclaration>()
  const add = (name: Identifier, source: VariantSource | VariantDeclaration): void => {
    const earlier = sources.get(name.text)
    if (earlier === undefined) sources.set(name.text, source)
    else {
      env.report.error('WM0203', name.span, `the variant \`${name.text}\` is defined again`, {
        labels: [{ span: earlier.name.span, message: 'first defined here' }],
      })
    }
  }
  for (const member of ablation.members) {
    if (member.kind === 'variant') add(member.name, member)
    else if (member.kind !== 'exclude') {
      for (const source of generated.get(member) ?? []) add(source.name, source)
    }
  }
  if (sources.size > maxVariants) {
    env.report.error(
      'WM0419',
      ablation.name.span,
      `${ablation.name.text} has ${sources.size}, more than ${maxVariants}`,
    )
    return []
  }
  const expansion: Expansion = { sources, done: new Map(), inside: [], env }
  return [...sources.values()].map((source) => ('steps' in source ? source : expand(source, expansion)))
}

type Sources = ReadonlyMap<string, VariantSource | VariantDeclaration>

interface Expansion {
  readonly sources: Sources
  /** Each variant is expanded once: sums of sums would repeat their terms exponentially often, and their mistakes. */
  readonly done: Map<VariantDeclaration, VariantSource>
  /** Sums being expanded, outermost first. */
  readonly inside: VariantDeclaration[]
  readonly env: Environment
}

/** The most diffs that a variant may add up to: each walks the network. */
const maxSteps = 1000

/** The steps of a variant in order; a sum stands for those of its terms. */
function expand(variant: VariantDeclaration, expansion: Expansion): VariantSource {
  const { done, inside, env } = expansion
  const known = done.get(variant)
  if (known !== undefined) return known
  const { definition, name } = variant
  inside.push(variant)
  const terms =
    definition.kind === 'body'
      ? [{ name, steps: definition.diffs }]
      : definition.terms.map((term) => expandTerm(term, expansion))
  inside.pop()
  const count = terms.reduce((sum, { steps }) => sum + steps.length, 0)
  if (count > maxSteps)
    env.report.error('WM0419', name.span, `${name.text} adds up to ${count} diffs, more than ${maxSteps}`)
  const isWrong = count > maxSteps || terms.some((term) => term.isWrong)
  const steps = terms.flatMap((term) => term.steps)
  const source: VariantSource = isWrong ? { name, steps: [], isWrong } : { name, steps, ...termsOf(definition) }
  done.set(variant, source)
  return source
}

function termsOf(definition: VariantDeclaration['definition']): Pick<VariantSource, 'terms'> {
  return definition.kind === 'sum' ? { terms: definition.terms.map(({ text }) => text) } : {}
}

function expandTerm(term: Identifier, expansion: Expansion): VariantSource {
  const { sources, inside, env } = expansion
  const named = sources.get(term.text)
  if (named === undefined) reportUnknownVariant(term, sources.keys(), env)
  else if ('steps' in named) return named
  else if (!inside.includes(named)) return expand(named, expansion)
  else {
    const cycle = [...inside.slice(inside.indexOf(named)), named].map((step) => step.name.text).join(' → ')
    env.report.error('WM0403', term.span, `${named.name.text} would be part of itself: ${cycle}`)
  }
  return { name: term, steps: [], isWrong: true }
}

/** Where the mistakes of a variant's diffs go. What only a sum makes wrong stands in one of its terms: the sum is pointed at, too. */
export function reporterOf({ name, terms }: VariantSource, report: Reporter): Reporter {
  if (terms === undefined) return report
  const label = { span: name.span, message: `as part of ${name.text}` }
  return {
    ...report,
    error: (code, span, message, { labels = [], ...details } = {}) =>
      report.error(code, span, message, { ...details, labels: [...labels, label] }),
  }
}

export function reportUnknownVariant(name: Identifier, known: Iterable<string>, env: Environment): void {
  const names = [...known]
  const close = suggest(name.text, names)
  const hint = close === undefined ? `it has ${names.slice(0, 20).join(', ')}` : `did you mean \`${close}\`?`
  env.report.error('WM0402', name.span, `this ablation has no variant \`${name.text}\``, { hints: [hint] })
}
