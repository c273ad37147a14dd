import { assertNever } from '../evaluate/assert-never.ts'
import type {
  AblationMember,
  Declaration,
  Diff,
  Expression,
  Identifier,
  ParameterTarget,
  Selector,
} from '../syntax/ast.ts'
import { identifiersIn } from './expression-names.ts'
import { type LocalNames, resolveLocalNames } from './local-names.ts'

/** A declaration and the names that it takes from its file, from imports, or from what is built in. */
export interface NamesOfDeclaration {
  readonly declaration: Declaration
  readonly free: readonly Identifier[]
  /** Of a network or define. */
  readonly locals: LocalNames['declared']
}

export function resolveNames(declaration: Declaration): NamesOfDeclaration {
  if (declaration.kind === 'network' || declaration.kind === 'define') {
    const { declared, freeInSignature, freeInBody } = resolveLocalNames(declaration)
    return { declaration, free: [...freeInSignature, ...freeInBody], locals: declared }
  }
  return { declaration, free: freeNamesOf(declaration), locals: [] }
}

function freeNamesOf(
  declaration: Exclude<Declaration, { readonly kind: 'network' | 'define' }>,
): readonly Identifier[] {
  switch (declaration.kind) {
    case 'use':
      return []
    case 'default':
      return identifiersIn(declaration.value)
    case 'ablation':
      return [declaration.network, ...declaration.members.flatMap(namesOfMember)]
    case 'protocol':
      return [
        ...(declaration.base === undefined ? [] : [declaration.base]),
        ...declaration.entries.flatMap(({ values, settings }) =>
          [...values, ...settings.map(({ value }) => value)].flatMap(identifiersIn),
        ),
      ]
    case 'study':
      return declaration.runs.flatMap(({ subjects, protocols }) => [...subjects, ...protocols])
    default:
      return assertNever(declaration)
  }
}

function namesOfMember(member: AblationMember): readonly Identifier[] {
  switch (member.kind) {
    case 'variant':
      return member.definition.kind === 'sum' ? [] : member.definition.diffs.flatMap(namesOfDiff)
    case 'grid':
    case 'zip':
      return member.axes.flatMap(({ values }) => identifiersIn(values))
    case 'exclude':
      return member.settings.flatMap(({ value }) => identifiersIn(value))
    default:
      return assertNever(member)
  }
}

function namesOfDiff(diff: Diff): readonly Identifier[] {
  switch (diff.kind) {
    case 'assign':
      return [...namesOfTarget(diff.target), ...identifiersIn(diff.value)]
    case 'replace':
    case 'insert':
      return [...namesOfSelector(diff.selector), ...identifiersIn(diff.layer), ...namesOfOptional(diff.expect)]
    case 'remove':
      return [...namesOfSelector(diff.selector), ...namesOfOptional(diff.expect)]
    case 'wrap':
      return [...namesOfSelector(diff.selector), ...identifiersIn(diff.block), ...namesOfOptional(diff.expect)]
    case 'match':
      return [...diff.by.flatMap(namesOfTarget), ...namesOfOptional(diff.within)]
    default:
      return assertNever(diff)
  }
}

/**
 * A selector may name an imported define. In `where`, `index`, `count` and the layer's arguments come before names of
 * the file; which arguments there are is not known here, so that a name of the file that is one too counts as used.
 */
function namesOfSelector({ name, filters, where }: Selector): readonly Identifier[] {
  return [name, ...filters.map((filter) => filter.name), ...namesOfOptional(where)]
}

/** The parameter set is the network's own; only what stands in brackets is read. */
function namesOfTarget(target: ParameterTarget | Expression): readonly Identifier[] {
  switch (target.kind) {
    case 'name':
      return []
    case 'index':
      return [...namesOfTarget(target.list), ...identifiersIn(target.index)]
    case 'slice':
      return [...namesOfTarget(target.list), ...identifiersIn(target.from), ...identifiersIn(target.to)]
    default:
      return identifiersIn(target)
  }
}

function namesOfOptional(expression: Expression | undefined): readonly Identifier[] {
  return expression === undefined ? [] : identifiersIn(expression)
}
