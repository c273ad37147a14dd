import type * as tfl from '@tensorflow/tfjs-layers'
import { countIn, isFull, type Tally } from './ablation/tally.ts'
import { elaborateAblation, elaborateNetwork, type Variant } from './ablation/variants.ts'
import { withoutImportCascades } from './check/import-cascades.ts'
import { loadModules, type Module, normalizePath, type ReadSource } from './check/modules.ts'
import { checkModules, type StaticCheck } from './check/networks.ts'
import { warnOfNames } from './check/warnings.ts'
import { contains, type Diagnostic, hasErrors } from './diagnostics/diagnostic.ts'
import { orderDiagnostics } from './diagnostics/order.ts'
import { createReporter, hasEnoughErrors, type Reporter } from './evaluate/reporter.ts'
import { createStream } from './random/stream.ts'
import { checkProtocol } from './spec/protocols.ts'
import { checkStudy, type Study } from './spec/studies.ts'
import type { ProtocolSource } from './study/protocol.ts'

export type { Variant } from './ablation/variants.ts'
export type { CheckedRun, Study } from './spec/studies.ts'

export interface CompileOptions {
  /** Gives the text of the files that `use` names; without it, `use` cannot find any. */
  readonly read?: ReadSource
}

/** A checked program. With errors it holds what is sound: the variants and studies that have none. */
export interface Program {
  readonly diagnostics: readonly Diagnostic[]
  /** No errors; warnings do not count. */
  readonly ok: boolean
  /** Every file that took part, path to text: for rendering diagnostics and for the record. */
  readonly sources: ReadonlyMap<string, string>
  /** The entry file's variants: those of its ablations, and each network that none of them studies. */
  readonly variants: readonly Variant[]
  readonly studies: readonly Study[]
  /** Those that the entry file declares. */
  readonly protocols: readonly ProtocolSource[]
  /** By name, `cnn` or `Table2.cnn`; undefined where there is none, or where a bare name is not unique. */
  variant(name: string): Variant | undefined
  /**
   * The variant as a tf.LayersModel with seeded initial weights; starts the best backend if none runs.
   * Throws where the program has no such variant.
   */
  build(variant: string | Variant, options?: { readonly seed?: number }): Promise<tfl.LayersModel>
}

/** From text to a checked program. Pure but for `read`; never throws for what a user wrote. */
export function compile(
  source: string | { readonly path: string; readonly text: string },
  options: CompileOptions = {},
): Program {
  const { path, text } = typeof source === 'string' ? { path: 'input.wmnet', text: source } : source
  const report = createReporter()
  const modules = loadModules(path, text, options.read ?? (() => undefined), report)
  const sound = modules.every((module) => !module.broken)
  if (!sound) checkIntact(modules, report)
  const entry = modules.find((module) => module.file.path === normalizePath(path))
  const { variants, studies, protocols } = sound && entry !== undefined ? checkProgram(modules, entry, report) : nothing
  const diagnostics = orderDiagnostics(withoutImportCascades(report.diagnostics, modules))
  const sources = new Map(modules.map((module) => [module.file.path, module.file.text]))
  const variant = (name: string) => findVariant(variants, name)
  return {
    diagnostics,
    ok: !hasErrors(diagnostics),
    sources,
    variants,
    studies,
    protocols,
    variant,
    async build(wanted, { seed = 0 } = {}) {
      const found = typeof wanted === 'string' ? variant(wanted) : wanted
      if (found === undefined) {
        const first = diagnostics.find(({ severity }) => severity === 'error')
        const why = first === undefined ? '' : `; the program has errors, first ${first.code}: ${first.message}`
        throw new RangeError(`there is no variant '${wanted}'${why}`)
      }
      const { buildModel, ensureBackend } = await import('./backends/tfjs/index.ts')
      await ensureBackend()
      return buildModel(found.graph, { random: createStream(seed, 'init') })
    },
  }
}

const nothing: Pick<Program, 'variants' | 'studies' | 'protocols'> = { variants: [], studies: [], protocols: [] }

function checkProgram(modules: readonly Module[], entry: Module, report: Reporter): typeof nothing {
  const checked = checkModules(modules, report)
  const variants = new Map<object, readonly Variant[]>()
  const protocols = new Map<object, ProtocolSource>()
  const tally: Tally = { layers: 0 }
  for (const module of modules) {
    elaborateModule(module, checked, variants, tally, report)
    for (const declaration of module.file.declarations) {
      if (declaration.kind !== 'protocol') continue
      const protocol = checkProtocol(declaration, { scope: module.scope, report })
      if (protocol !== undefined) protocols.set(declaration, protocol)
    }
  }
  const subjects = { variants, protocols }
  const studies = entry.file.declarations.flatMap((declaration) =>
    declaration.kind === 'study' ? (checkStudy(declaration, entry.scope, subjects, report) ?? []) : [],
  )
  if (!hasEnoughErrors(report)) warnOfNames(entry, report)
  const declared = entry.file.declarations.flatMap((declaration) => protocols.get(declaration) ?? [])
  return { variants: variantsOf(entry, variants), studies, protocols: declared }
}

/**
 * With syntax errors somewhere, only the declarations without one are checked, and not for names: what
 * they lack may stand in a broken part. Nothing is elaborated.
 */
function checkIntact(modules: readonly Module[], report: Reporter): void {
  const broken = report.diagnostics.flatMap(({ span }) => (span === undefined ? [] : [span]))
  const declarations = modules.flatMap((module) => module.file.declarations)
  const intact = declarations.filter(({ span }) => !broken.some((place) => contains(span, place)))
  const inner = createReporter()
  checkModules(modules, inner)
  const independent = inner.diagnostics.filter(({ code, span }) => {
    return code !== 'WM0201' && span !== undefined && intact.some((declaration) => contains(declaration.span, span))
  })
  for (const diagnostic of independent) report.diagnostics.push(diagnostic)
}

/** Networks as their defaults make them first: what is wrong there is said once, not again by every variant. */
function elaborateModule(
  module: Module,
  checked: StaticCheck,
  variants: Map<object, readonly Variant[]>,
  tally: Tally,
  report: Reporter,
): void {
  for (const declaration of module.file.declarations) {
    const network = declaration.kind === 'network' ? checked.networks.get(declaration) : undefined
    if (network === undefined || !checked.isSound(network) || isFull(tally)) continue
    const variant = elaborateNetwork(network, report)
    if (variant === undefined) continue
    variants.set(declaration, [variant])
    countIn(variant, tally, report)
  }
  for (const declaration of module.file.declarations) {
    if (declaration.kind !== 'ablation' || isFull(tally)) continue
    variants.set(declaration, elaborateAblation(declaration, module.scope, checked, tally, report))
  }
}

/** In source order; a network that an ablation of the same file studies is not listed by itself. */
function variantsOf(entry: Module, variants: ReadonlyMap<object, readonly Variant[]>): readonly Variant[] {
  const { declarations } = entry.file
  const studied = new Set(declarations.flatMap((item) => (item.kind === 'ablation' ? [item.network.text] : [])))
  return declarations.flatMap((item) => {
    if (item.kind === 'network' && studied.has(item.name.text)) return []
    return variants.get(item) ?? []
  })
}

function findVariant(variants: readonly Variant[], name: string): Variant | undefined {
  const matches = variants.filter((variant) => variant.name === name || `${variant.subject}.${variant.name}` === name)
  return matches.length === 1 ? matches[0] : undefined
}
