import type { DefineDeclaration, Expression, Identifier, NetworkDeclaration, Statement } from '../syntax/ast.ts'
import { forEachIdentifier, identifiersIn } from './expression-names.ts'
import { namesInMessage } from './require.ts'
import { bodiesOf, expressionsOf } from './statement-parts.ts'

/** A name that a network or define declares inside. */
export interface LocalName {
  readonly kind: 'parameter' | 'let' | 'loop variable'
  readonly name: Identifier
  /** The name of an outer body that cannot be seen where this one can. */
  readonly hides: LocalName | undefined
  readonly used: boolean
}

export interface LocalNames {
  /** In source order. */
  readonly declared: readonly LocalName[]
  /** What parameters read that is not declared inside: names of the file, or built in. */
  readonly freeInSignature: readonly Identifier[]
  /** The same for the body. */
  readonly freeInBody: readonly Identifier[]
}

interface TrackedName extends LocalName {
  used: boolean
}

interface Scope {
  readonly parent: Scope | undefined
  readonly names: Map<string, TrackedName>
}

interface Collector {
  readonly declared: LocalName[]
  free: Identifier[]
}

/** Follows every name of a network or define to what it stands for, without evaluating anything. */
export function resolveLocalNames({ parameters, body }: NetworkDeclaration | DefineDeclaration): LocalNames {
  const collector: Collector = { declared: [], free: [] }
  const scope: Scope = { parent: undefined, names: new Map() }
  for (const { name, domain, default: given } of parameters) {
    // A default may read the parameters before it; a domain reads the file's names alone.
    if (domain !== undefined) collector.free.push(...identifiersIn(domain))
    if (given !== undefined) read(given, scope, collector)
    declare('parameter', name, scope, collector)
  }
  const freeInSignature = collector.free
  collector.free = []
  visitBody(body, scope, collector)
  return { declared: collector.declared, freeInSignature, freeInBody: collector.free }
}

function visitBody(body: readonly Statement[], scope: Scope, collector: Collector): void {
  for (const statement of body) {
    for (const expression of expressionsOf(statement)) read(expression, scope, collector)
    if (statement.kind === 'require' && statement.message !== undefined) {
      const { message } = statement
      for (const text of namesInMessage(message)) use({ text, span: message.span }, scope, collector)
    }
    if (statement.kind === 'let') declare('let', statement.name, scope, collector)
    for (const inner of bodiesOf(statement)) {
      const nested: Scope = { parent: scope, names: new Map() }
      if (statement.kind === 'for') declare('loop variable', statement.variable, nested, collector)
      visitBody(inner, nested, collector)
    }
  }
}

function read(expression: Expression, scope: Scope, collector: Collector): void {
  forEachIdentifier(expression, (identifier) => use(identifier, scope, collector))
}

function use(identifier: Identifier, scope: Scope, collector: Collector): void {
  const local = find(identifier.text, scope)
  if (local === undefined) collector.free.push(identifier)
  else local.used = true
}

function declare(kind: LocalName['kind'], name: Identifier, scope: Scope, collector: Collector): void {
  // A second one in the same scope is an error, reported by the check; the first stands.
  if (scope.names.has(name.text)) return
  const hides = scope.parent === undefined ? undefined : find(name.text, scope.parent)
  const local = { kind, name, hides, used: false }
  scope.names.set(name.text, local)
  collector.declared.push(local)
}

function find(text: string, scope: Scope): TrackedName | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const local = at.names.get(text)
    if (local !== undefined) return local
  }
  return undefined
}
