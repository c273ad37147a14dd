import { suggest } from '../diagnostics/suggest.ts'
import type { CheckedNetwork } from '../elaborate/elaborate.ts'
import type { Environment } from '../evaluate/evaluate.ts'
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
  return [...sources.values()].map((source) => {
    if ('steps' in source) return source
    const before = env.report.errorCount()
    const expanded = { name: source.name, steps: expand(source, sources, [], env) }
    return env.report.errorCount() > before ? { ...expanded, isWrong: true } : expanded
  })
}

type Sources = ReadonlyMap<string, VariantSource | VariantDeclaration>

/** The steps of a variant in order; a sum stands for those of its terms. */
function expand(
  variant: VariantDeclaration,
  sources: Sources,
  path: readonly VariantDeclaration[],
  env: Environment,
): readonly Step[] {
  const { definition } = variant
  if (definition.kind === 'body') return definition.diffs
  return definition.terms.flatMap((term) => {
    const named = sources.get(term.text)
    if (named === undefined) return reportUnknownVariant(term, sources.keys(), env)
    if ('steps' in named) return named.steps
    const inside = [...path, variant]
    if (!inside.includes(named)) return expand(named, sources, inside, env)
    const cycle = [...inside.slice(inside.indexOf(named)), named].map((step) => step.name.text).join(' → ')
    env.report.error('WM0403', term.span, `${named.name.text} would be part of itself: ${cycle}`)
    return []
  })
}

export function reportUnknownVariant(name: Identifier, known: Iterable<string>, env: Environment): [] {
  const names = [...known]
  const close = suggest(name.text, names)
  const hint = close === undefined ? `it has ${names.slice(0, 20).join(', ')}` : `did you mean \`${close}\`?`
  env.report.error('WM0402', name.span, `this ablation has no variant \`${name.text}\``, { hints: [hint] })
  return []
}
