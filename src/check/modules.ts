import type { Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { hasEnoughErrors, type Reporter } from '../evaluate/reporter.ts'
import { type Binding, createScope, type Scope } from '../evaluate/scope.ts'
import type { Declaration, Identifier, SourceFile, UseDeclaration } from '../syntax/ast.ts'
import { maxTextLength } from '../syntax/limits.ts'
import { parse } from '../syntax/parse.ts'

/** Gives the text of a file, or undefined where it cannot be read. */
export type ReadSource = (path: string) => string | undefined

/** One loaded file with its names, those it declares and those it imports. */
export interface Module {
  readonly file: SourceFile
  readonly scope: Scope
  /** Names declared here (not imported): what `use` of this file offers. */
  readonly declared: ReadonlySet<string>
  /** Its imports, in order. */
  readonly imports: readonly Import[]
  /** Syntax errors were found: what depends on this file is not checked further. */
  readonly broken: boolean
}

/** What one `use` brings. */
export interface Import {
  readonly use: UseDeclaration
  /** Without braces: every name of the file, each with the place of the path. */
  readonly names: readonly Identifier[]
  /** The file could not be loaded. Without braces, nobody knows which names are missing then. */
  readonly failed: boolean
}

interface Loader {
  readonly modules: Map<string, Module>
  /** Paths being loaded, outermost first, with the `use` that asked for each. */
  readonly stack: string[]
  readonly read: ReadSource
  readonly report: Reporter
  /** Characters of all files so far. */
  textLength: number
  /** A limit was met, and reported: nothing more is imported. */
  isFull: boolean
}

/** Files of a program. */
const maxFiles = 1000
/** Files that import one another in a row. Loading recurses, and a stack is finite. */
const maxImportDepth = 100
/** Names of a file that a message lists. */
const maxOffers = 20

/** Parses a file and everything it uses. The entry module is last: imports come before importers. */
export function loadModules(path: string, text: string, read: ReadSource, report: Reporter): readonly Module[] {
  const loader: Loader = { modules: new Map(), stack: [], read, report, textLength: text.length, isFull: false }
  loadModule(normalizePath(path), text, loader)
  return [...loader.modules.values()]
}

function loadModule(path: string, text: string, loader: Loader): Module {
  const { value: file, diagnostics } = parse(path, text)
  for (const diagnostic of diagnostics) loader.report.diagnostics.push(diagnostic)
  loader.stack.push(path)
  const scope = createScope()
  const declared = new Set<string>()
  const imports: Import[] = []
  for (const declaration of file.declarations) {
    if (declaration.kind === 'use') imports.push(importNames(declaration, path, scope, loader))
    else declareName(declaration, scope, declared, loader.report)
  }
  loader.stack.pop()
  const module: Module = { file, scope, declared, imports, broken: diagnostics.length > 0 }
  loader.modules.set(path, module)
  return module
}

/** The binding of a declaration. Defines are bound here too, but their parameters are checked later. */
function declareName(
  declaration: Exclude<Declaration, UseDeclaration>,
  scope: Scope,
  declared: Set<string>,
  report: Reporter,
): void {
  if (declaration.kind === 'default') return
  const { name } = declaration
  const binding = bindingOf(declaration, scope)
  if (declare(name.text, binding, scope, report)) declared.add(name.text)
}

function bindingOf(declaration: Exclude<Declaration, UseDeclaration | { kind: 'default' }>, scope: Scope): Binding {
  const { span } = declaration.name
  switch (declaration.kind) {
    case 'define':
      return { kind: 'define', define: { declaration, scope, parameters: [] }, span }
    case 'network':
      return { kind: 'network', declaration, scope, span }
    case 'ablation':
      return { kind: 'ablation', declaration, scope, span }
    case 'protocol':
      return { kind: 'protocol', declaration, scope, span }
    case 'study':
      return { kind: 'study', declaration, scope, span }
  }
}

/** Adds a name to a scope; reports one that is there already. */
export function declare(name: string, binding: Binding, scope: Scope, report: Reporter): boolean {
  const earlier = scope.bindings.get(name)
  if (earlier === undefined) {
    scope.bindings.set(name, binding)
    return true
  }
  report.error('WM0203', binding.span, `\`${name}\` is defined again`, {
    labels: [{ span: earlier.span, message: 'first defined here' }],
  })
  return false
}

function importNames(use: UseDeclaration, importer: string, scope: Scope, loader: Loader): Import {
  const module = findModule(use, importer, loader)
  if (module === undefined) {
    const missing = use.names ?? []
    for (const { text, span } of missing) scope.bindings.set(text, { kind: 'missing', span })
    return { use, names: missing, failed: true }
  }
  const names = use.names ?? [...module.declared].map((text) => ({ text, span: use.path.span }))
  for (const { text, span } of names) {
    if (hasEnoughErrors(loader.report)) break
    const binding = module.declared.has(text) ? module.scope.bindings.get(text) : undefined
    if (binding !== undefined) declareImport(text, binding, span, scope, loader.report)
    else {
      scope.bindings.set(text, { kind: 'missing', span })
      if (!module.broken) reportMissingName(text, span, module, loader.report)
    }
  }
  return { use, names, failed: false }
}

function declareImport(name: string, binding: Binding, span: Span, scope: Scope, report: Reporter): void {
  const earlier = scope.bindings.get(name)
  if (earlier === undefined) scope.bindings.set(name, binding)
  else {
    report.error('WM0203', span, `the import \`${name}\` is defined already`, {
      labels: [{ span: earlier.span, message: 'defined here' }],
    })
  }
}

function reportMissingName(name: string, span: Span, module: Module, report: Reporter): void {
  const close = suggest(name, module.declared)
  const some = [...module.declared].slice(0, maxOffers).join(', ')
  const offers = module.declared.size > maxOffers ? `${some}, …` : some
  const hint =
    close !== undefined ? `did you mean \`${close}\`?` : offers === '' ? 'it declares no names' : `it has ${offers}`
  report.error('WM0218', span, `${module.file.path} has no \`${name}\``, { hints: [hint] })
}

function findModule(use: UseDeclaration, importer: string, loader: Loader): Module | undefined {
  const path = resolvePath(importer, use.path.value)
  const { span } = use.path
  const cycleStart = loader.stack.indexOf(path)
  if (cycleStart >= 0) {
    const cycle = [...loader.stack.slice(cycleStart), path].join(' → ')
    loader.report.error('WM0217', span, `${path} is being loaded already: ${cycle}`)
    return undefined
  }
  const loaded = loader.modules.get(path)
  if (loaded !== undefined) return loaded
  if (loader.isFull || hasEnoughErrors(loader.report)) return undefined
  const text = loader.read(path)
  if (text === undefined) {
    loader.report.error('WM0216', span, `cannot read ${path}`, {
      hints: ['the path is taken from the folder of this file'],
    })
    return undefined
  }
  loader.textLength += text.length
  const excess = findExcess(loader)
  if (excess === undefined) return loadModule(path, text, loader)
  loader.isFull = true
  loader.report.error('WM0219', span, `with ${path}, ${excess}; nothing more is imported`)
  return undefined
}

/** Which limit of a program one more file would go over. */
function findExcess({ modules, stack, textLength }: Loader): string | undefined {
  if (stack.length >= maxImportDepth) return `more than ${maxImportDepth} files import one another in a row`
  if (modules.size + stack.length >= maxFiles) return `the program has more than ${maxFiles} files`
  if (textLength > maxTextLength) return `the program has more than ${maxTextLength} characters`
  return undefined
}

function resolvePath(importer: string, path: string): string {
  if (path.startsWith('/')) return normalizePath(path)
  const folder = importer.slice(0, importer.lastIndexOf('/') + 1)
  return normalizePath(folder + path)
}

/** Removes `.` and inner `..` parts, so that one file has one path. */
export function normalizePath(path: string): string {
  const absolute = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return (absolute ? '/' : '') + parts.join('/')
}
