import type { Span } from '../diagnostics/diagnostic.ts'
import type { AblationDeclaration, NetworkDeclaration, ProtocolDeclaration, StudyDeclaration } from '../syntax/ast.ts'
import type { DefineInfo, Value } from './value.ts'

/** What a name stands for. */
export type Binding =
  | { readonly kind: 'value'; readonly value: Value; readonly span: Span }
  /** Its import failed, which was reported: whatever it would be, it fits. */
  | { readonly kind: 'missing'; readonly span: Span }
  | { readonly kind: 'define'; readonly define: DefineInfo; readonly span: Span }
  | { readonly kind: 'network'; readonly declaration: NetworkDeclaration; readonly scope: Scope; readonly span: Span }
  | { readonly kind: 'ablation'; readonly declaration: AblationDeclaration; readonly scope: Scope; readonly span: Span }
  | { readonly kind: 'protocol'; readonly declaration: ProtocolDeclaration; readonly scope: Scope; readonly span: Span }
  | { readonly kind: 'study'; readonly declaration: StudyDeclaration; readonly scope: Scope; readonly span: Span }

/** Names in view: a file's, and inside it those of parameters, lets and loop variables. */
export interface Scope {
  readonly parent?: Scope
  readonly bindings: Map<string, Binding>
}

export function createScope(parent?: Scope): Scope {
  return parent === undefined ? { bindings: new Map() } : { parent, bindings: new Map() }
}

export function lookUp(scope: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const binding = at.bindings.get(name)
    if (binding !== undefined) return binding
  }
  return undefined
}

/** No more are asked for: a wrong program may have as many unknown names as names. */
const maxNames = 1000

/** The names in view, nearest first: candidates for "did you mean". */
export function namesInView(scope: Scope): string[] {
  const names: string[] = []
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    for (const name of at.bindings.keys()) {
      if (names.length === maxNames) return names
      names.push(name)
    }
  }
  return names
}
