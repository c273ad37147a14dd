import type { Span } from '../diagnostics/diagnostic.ts'
import type { Diff, ExcludeDeclaration, GridDeclaration } from './ast-diffs.ts'
import type { Expression, Identifier, StringLiteral } from './ast-expressions.ts'
import type { DefaultStatement, Parameter, Statement } from './ast-statements.ts'

export type * from './ast-diffs.ts'
export type * from './ast-expressions.ts'
export type * from './ast-statements.ts'

// ── Declarations of a .wmnet file ────────────────────────────────────────────────────────────

export interface NetworkDeclaration {
  readonly kind: 'network'
  readonly name: Identifier
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[]
  readonly span: Span
}
export interface DefineDeclaration {
  readonly kind: 'define'
  readonly name: Identifier
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[]
  readonly span: Span
}
/** `use "path" { A, B }`; without braces every name of the file is imported. */
export interface UseDeclaration {
  readonly kind: 'use'
  readonly path: StringLiteral
  readonly names?: readonly Identifier[]
  readonly span: Span
}
export interface AblationDeclaration {
  readonly kind: 'ablation'
  readonly name: Identifier
  readonly network: Identifier
  readonly members: readonly AblationMember[]
  readonly span: Span
}
export type AblationMember = VariantDeclaration | GridDeclaration | ExcludeDeclaration
/** `variant a { … }`, `variant b = smooth + cnn_bn`. A body is the one-term case of the sum. */
export interface VariantDeclaration {
  readonly kind: 'variant'
  readonly name: Identifier
  readonly definition:
    | { readonly kind: 'body'; readonly diffs: readonly Diff[]; readonly span: Span }
    | { readonly kind: 'sum'; readonly terms: readonly Identifier[]; readonly span: Span }
  readonly span: Span
}

// ── Declarations of a .wmspec file ───────────────────────────────────────────────────────────

export interface ProtocolDeclaration {
  readonly kind: 'protocol'
  readonly name: Identifier
  readonly base?: Identifier
  readonly entries: readonly ProtocolEntry[]
  readonly span: Span
}
/**
 * `data mnist(validation=10%)`, `trials 3`, `measure error, activation_mse`,
 * `train adam(lr=1e-3) { loss = crossentropy; batch = 128 }`: a keyword, values, settings.
 */
export interface ProtocolEntry {
  readonly keyword: Identifier
  readonly values: readonly Expression[]
  readonly settings: readonly Setting[]
  readonly span: Span
}
export interface Setting {
  readonly name: Identifier
  readonly value: Expression
  readonly span: Span
}
export interface StudyDeclaration {
  readonly kind: 'study'
  readonly name: Identifier
  readonly runs: readonly StudyRun[]
  readonly span: Span
}
/** `run Table2 under Paper`; lists (`run A, B under P, Q`) cross. */
export interface StudyRun {
  readonly subjects: readonly Identifier[]
  readonly protocols: readonly Identifier[]
  readonly span: Span
}

export type Declaration =
  | UseDeclaration
  | DefaultStatement
  | NetworkDeclaration
  | DefineDeclaration
  | AblationDeclaration
  | ProtocolDeclaration
  | StudyDeclaration

/** One parsed file. Both kinds of file share one grammar; which declarations fit where is checked later. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly declarations: readonly Declaration[]
}
