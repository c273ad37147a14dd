import type { Span } from '../diagnostics/diagnostic.ts'
import type { Expression, Identifier, IndexExpression, NameExpression, SliceExpression } from './ast-expressions.ts'

/** One typed change against the network. */
export type Diff = AssignDiff | StructuralDiff | MatchDiff
/** A diff that changes layers where a selector finds them. */
export type StructuralDiff = ReplaceDiff | RemoveDiff | InsertDiff | WrapDiff

/** A parameter or a part of one: `norm`, `widths[0]`, `widths[0..1]` */
export type ParameterTarget = NameExpression | IndexExpression | SliceExpression

/** `norm = batchnorm`, `widths[0] = 64`, `widths[0..1] = [64, 64]` */
export interface AssignDiff {
  readonly kind: 'assign'
  readonly target: ParameterTarget
  readonly value: Expression
  readonly span: Span
}

/**
 * Which layers of the network: `conv`, `all wm.smooth`, `conv in residual after stem where index % 2 == 1`.
 * The filters narrow first; `where` then counts what is left.
 */
export interface Selector {
  /** A layer, a define, a structure (`residual`, `densely`, `parallel`), or a label. */
  readonly name: Identifier
  readonly filters: readonly SelectorFilter[]
  readonly where?: Expression
  readonly span: Span
}
export interface SelectorFilter {
  readonly relation: 'in' | 'after' | 'before'
  readonly name: Identifier
  readonly span: Span
}
/** `replace conv where index % 2 == 1 with wm.unsharp expect 15` */
export interface ReplaceDiff {
  readonly kind: 'replace'
  readonly selector: Selector
  readonly layer: Expression
  readonly expect?: Expression
  readonly span: Span
}
/** `remove dropout` */
export interface RemoveDiff {
  readonly kind: 'remove'
  readonly selector: Selector
  readonly expect?: Expression
  readonly span: Span
}
/** `insert batchnorm after conv` */
export interface InsertDiff {
  readonly kind: 'insert'
  readonly layer: Expression
  readonly position: 'before' | 'after'
  readonly selector: Selector
  readonly expect?: Expression
  readonly span: Span
}
/** `wrap conv in gated(rate=0.5)`: the block is a define that takes a layer. */
export interface WrapDiff {
  readonly kind: 'wrap'
  readonly selector: Selector
  readonly block: Expression
  readonly expect?: Expression
  readonly span: Span
}
/** `match flops of smooth by widths[0..1] within 2%` */
export interface MatchDiff {
  readonly kind: 'match'
  /** `params` or `flops`; checked with the variant. */
  readonly quantity: Identifier
  readonly variant: Identifier
  /** Moved together, in the proportion that they have. */
  readonly by: readonly ParameterTarget[]
  readonly within?: Expression
  readonly span: Span
}

/** `grid { layer in [conv, wm.smooth]; norm in [none, batchnorm] }`: every combination; `zip`: first with first, and so on. */
export interface GridDeclaration {
  readonly kind: 'grid' | 'zip'
  readonly axes: readonly Axis[]
  readonly span: Span
}
export interface Axis {
  readonly name: Identifier
  /** A list or a range. */
  readonly values: Expression
  readonly span: Span
}
/** `exclude { layer = conv; norm = batchnorm }`: drops the generated variants that have all of these values. */
export interface ExcludeDeclaration {
  readonly kind: 'exclude'
  readonly settings: readonly { readonly name: Identifier; readonly value: Expression; readonly span: Span }[]
  readonly span: Span
}
