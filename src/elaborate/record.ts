import type { Span } from '../diagnostics/diagnostic.ts'
import type { CallValue } from '../evaluate/value.ts'
import type { ScopeTag } from '../graph/graph.ts'
import type { SiteRole } from './edits.ts'

/** One layer, define or structure applied once, before shapes are known: what selectors choose from. */
export interface Application {
  /** See `siteKey`. */
  readonly key: string
  /** The sites of all parts of its statement, in order: a block's layer, norm and activation. */
  readonly statement: readonly string[]
  /** The layer's or define's name, or `residual`, `densely`, `parallel`. */
  readonly kind: string
  readonly role: SiteRole
  /** The layer value; a structure has none. */
  readonly call?: CallValue
  /** Given to its statement by `as`; of the statement's first part only. */
  readonly label?: string
  /** The enclosing constructs, from the outside in. */
  readonly scopes: readonly ScopeTag[]
  /** The layer in the source. */
  readonly span: Span
  /** Of a define: earlier diffs changed layers inside it. */
  readonly isEditedInside?: true
}

/** Where in the list of applications a labelled statement, repetitions included, begins and ends. */
export interface LabelRange {
  readonly label: string
  readonly start: number
  readonly end: number
}

/** Every application of a network in forward order, repetitions unrolled. */
export interface Recording {
  readonly applications: Application[]
  readonly labels: LabelRange[]
  /** How many sites with edits came up so far. */
  edited: number
}

export function createRecording(): Recording {
  return { applications: [], labels: [], edited: 0 }
}
