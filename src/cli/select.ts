import type { Variant } from '../ablation/variants.ts'
import type { Program } from '../compile.ts'
import { type Diagnostic, DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import type { Study } from '../spec/studies.ts'
import type { ProtocolSource } from '../study/protocol.ts'
import { didYouMean } from './usage.ts'

/** The variants that `--variant` names, `cnn` or `Table2.cnn`; throws WM0907 with what there is. */
export function selectVariants(
  names: readonly string[],
  available: readonly Variant[],
  path: string,
): ReadonlySet<Variant> {
  const chosen = new Set<Variant>()
  const unknown = names.flatMap((name) => {
    const found = available.filter((variant) => variant.name === name || qualify(variant) === name)
    for (const variant of found) chosen.add(variant)
    return found.length > 0 ? [] : [describeUnknown(name, available, path)]
  })
  if (unknown.length > 0) throw new DiagnosticError(unknown)
  return chosen
}

/** The file's own variants, and those that its studies run; with `names` (of `--variant`), only these. */
export function listVariants(
  { variants, studies }: Program,
  names: readonly string[] | undefined,
  path: string,
): readonly Variant[] {
  const studied = studies.flatMap((study) => study.runs.flatMap((run) => run.variants))
  const available = [...new Set([...variants, ...studied])]
  const chosen = names === undefined ? undefined : selectVariants(names, available, path)
  return available.filter((variant) => chosen?.has(variant) ?? true)
}

/**
 * The variant that a name means, or the file's only one. Throws WM0907, or WM0914 with `alternatives`: what else the command
 * could be told where a file has several.
 */
export function selectVariant(
  name: string | undefined,
  program: Program,
  path: string,
  alternatives: readonly string[] = [],
): Variant {
  const found = listVariants(program, name === undefined ? undefined : [name], path)
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  if (only === undefined) throw new DiagnosticError([error('WM0914', `${path} declares no network`)])
  const names = found.map((variant) => (name === undefined ? variant.name : qualify(variant)))
  const message =
    name === undefined ? `${path} has ${found.length} variants` : `${path} has ${found.length} called '${name}'`
  const hints = [`choose one: --variant ${names[0]}`, ...(name === undefined ? alternatives : [])]
  throw new DiagnosticError([error('WM0914', `${message}: ${names.join(', ')}`, { hints })])
}

/** The study that `--study` names, or the only one. Throws WM0908 or WM0909. */
export function selectStudy(name: string | undefined, program: Program, path: string): Study {
  const names = program.studies.map((study) => study.name)
  if (name === undefined) {
    const [only, ...others] = program.studies
    if (only !== undefined && others.length === 0) return only
    if (only === undefined) {
      const hints = ['add one, such as: study Robustness { run ABLATION under PROTOCOL }']
      throw new DiagnosticError([error('WM0909', `${path} declares no study`, { hints })])
    }
    const hints = [`choose one: --study ${only.name}`]
    throw new DiagnosticError([
      error('WM0909', `${path} declares ${names.length} studies: ${names.join(', ')}`, { hints }),
    ])
  }
  const found = program.studies.find((study) => study.name === name)
  if (found !== undefined) return found
  const listed = names.length === 0 ? 'none' : names.join(', ')
  throw new DiagnosticError([
    error('WM0908', `${path} has no study '${name}'; it has ${listed}`, { hints: didYouMean(name, names) }),
  ])
}

/** The protocol that `--protocol` names, or the only one. Throws WM0915. */
export function selectProtocol(name: string | undefined, { protocols }: Program, path: string): ProtocolSource {
  const names = protocols.map(({ protocol }) => protocol.name)
  const [only, ...others] = protocols
  const found = name === undefined && others.length === 0 ? only : protocols.find((one) => one.protocol.name === name)
  if (found !== undefined) return found
  const has = names.length === 0 ? 'declares no protocol' : `declares the protocols ${names.join(', ')}`
  const wanted = name === undefined ? '' : `, none called '${name}'`
  const hints = hintsFor(name, names)
  throw new DiagnosticError([error('WM0915', `${path} ${has}${wanted}`, { hints })])
}

function hintsFor(name: string | undefined, names: readonly string[]): readonly string[] {
  if (name !== undefined && names.length > 0) return didYouMean(name, names)
  const [first] = names
  return [first === undefined ? 'a protocol is: protocol P { data …; train … }' : `choose one: --protocol ${first}`]
}

function describeUnknown(name: string, available: readonly Variant[], path: string): Diagnostic {
  // Once each, however many protocols they run under.
  const names = [...new Set(available.map((variant) => variant.name))]
  const hints = didYouMean(name, [...names, ...available.map(qualify)])
  return error('WM0907', `${path} has no variant '${name}'; it has ${names.join(', ')}`, { hints })
}

function qualify(variant: Variant): string {
  return `${variant.subject}.${variant.name}`
}
