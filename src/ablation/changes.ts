import type { Span } from '../diagnostics/diagnostic.ts'
import type { StructuralDiff } from '../syntax/ast.ts'

/** What one diff of a variant did. */
export type Change = SetChange | StructuralChange | MatchChange

/** A parameter has another value. */
export interface SetChange {
  readonly kind: 'set'
  readonly span: Span
  readonly parameter: string
  /** As a user would write it. */
  readonly value: string
  /** By a `grid` or `zip`: the place is then an axis with all its values. */
  readonly generated?: true
}

/** Layers are replaced, removed, inserted or wrapped. */
export interface StructuralChange {
  readonly kind: StructuralDiff['kind']
  /** The diff. */
  readonly span: Span
  /** How many places the selector matched. */
  readonly sites: number
  /** Arguments that replaced layers had and their replacements do not. */
  readonly dropped: readonly Dropped[]
}

export interface Dropped {
  readonly argument: string
  readonly value: string
  readonly sites: number
}

/** A budget was met: what it moved, and how near it came. */
export interface MatchChange {
  readonly kind: 'match'
  readonly span: Span
  readonly quantity: 'params' | 'flops'
  /** The variant whose cost was wanted. */
  readonly of: string
  readonly moved: readonly { readonly target: string; readonly from: string; readonly to: string }[]
  readonly cost: number
  readonly wanted: number
  /** (cost − wanted) / wanted. */
  readonly residual: number
}
