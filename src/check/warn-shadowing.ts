import type { Label, Span } from '../diagnostics/diagnostic.ts'
import { alternateName } from '../evaluate/alternate.ts'
import { registryNouns } from '../evaluate/evaluate.ts'
import { isFunction } from '../evaluate/functions.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import { catalog } from '../registry/catalog.ts'
import type { RegistryName } from '../registry/params.ts'
import type { Declaration } from '../syntax/ast.ts'
import type { NamesOfDeclaration } from './file-names.ts'
import type { LocalName } from './local-names.ts'
import type { Module } from './modules.ts'

/** A name of the file and the declaration that gives it. */
interface FileName {
  readonly text: string
  readonly what: string
  readonly span: Span
  readonly declaration: Declaration
}

/** What can be named in a body or a variant; the other registries are for protocols. */
const ofNetworks: readonly RegistryName[] = ['layer', 'init']
const ofProtocols = Object.keys(catalog) as readonly RegistryName[]

/** Warns of every name that these declarations give, to the file or inside, and that hides another. */
export function warnShadowing(declarations: readonly NamesOfDeclaration[], module: Module, report: Reporter): void {
  const sound = new Set(declarations.map(({ declaration }) => declaration))
  const ofFile = new Map(fileNames(module).map((name) => [name.text, name]))
  const registries = module.file.declarations.some(({ kind }) => kind === 'protocol') ? ofProtocols : ofNetworks
  for (const { text, what, span, declaration } of ofFile.values()) {
    const hidden = sound.has(declaration) ? describeBuiltIn(text, registries) : undefined
    if (hidden !== undefined) warn(what, `${hidden} \`${text}\``, span, undefined, report)
  }
  for (const local of declarations.flatMap(({ locals }) => locals)) warnOfLocal(local, ofFile, report)
}

function warnOfLocal({ kind, name, hides }: LocalName, ofFile: ReadonlyMap<string, FileName>, report: Reporter): void {
  const outer = hides === undefined ? ofFile.get(name.text) : { what: describeKind(hides), span: hides.name.span }
  const hidden = outer?.what ?? describeBuiltIn(name.text, ofNetworks)
  if (hidden === undefined) return
  const label = outer === undefined ? undefined : { span: outer.span, message: 'what it hides' }
  warn(describeKind({ kind }), `${hidden} \`${name.text}\``, name.span, label, report)
}

function warn(what: string, hidden: string, span: Span, label: Label | undefined, report: Reporter): void {
  const hint =
    what === '`let`' && label !== undefined
      ? 'a `let` never changes a name of the outer body; give it another name'
      : 'give it another name'
  report.warn('WM0223', span, `this ${what} hides the ${hidden}`, {
    labels: label === undefined ? [] : [label],
    hints: [hint],
  })
}

function describeKind({ kind }: Pick<LocalName, 'kind'>): string {
  return kind === 'let' ? '`let`' : kind
}

function describeBuiltIn(name: string, registries: readonly RegistryName[]): string | undefined {
  if (isFunction(name) || name === alternateName) return 'built-in function'
  const registry = registries.find((candidate) => catalog[candidate].has(name))
  return registry === undefined ? undefined : `built-in ${registryNouns[registry]}`
}

/** What the file declares and imports. */
function fileNames(module: Module): readonly FileName[] {
  const declared = module.file.declarations.flatMap((declaration) => {
    if (declaration.kind === 'use' || declaration.kind === 'default') return []
    const { kind: what, name } = declaration
    return [{ text: name.text, what, span: name.span, declaration }]
  })
  const imported = module.imports.flatMap(({ use, names }) =>
    names.map(({ text, span }) => ({ text, what: 'import', span, declaration: use })),
  )
  return [...declared, ...imported]
}
