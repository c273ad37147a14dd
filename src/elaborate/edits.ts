import type { Span } from '../diagnostics/diagnostic.ts'
import type { CallValue } from '../evaluate/value.ts'
import type { NodeRole } from '../graph/graph.ts'
import type { SitePath } from './site-path.ts'

/** What is applied at one place: a part of a layer statement, or a whole `residual`, `densely` or `parallel`. */
export type SiteRole = Extract<NodeRole, 'layer' | 'norm' | 'activation'> | 'structure'

/** What a structural diff does at one site. `span` is the diff's. */
export type SiteEdit =
  | { readonly kind: 'replace'; readonly layer: CallValue; readonly span: Span }
  | { readonly kind: 'remove'; readonly span: Span }
  | { readonly kind: 'insert'; readonly position: 'before' | 'after'; readonly layer: CallValue; readonly span: Span }
  /** The site's layer becomes the argument `parameter` of the block. */
  | { readonly kind: 'wrap'; readonly block: CallValue; readonly parameter: string; readonly span: Span }

/** By site, in the order of the diffs. Keys stay what they are whatever parameters and other edits do elsewhere. */
export type Edits = ReadonlyMap<string, readonly SiteEdit[]>

export const noEdits: Edits = new Map()

const none: readonly SiteEdit[] = []

/** The edits of a site. Without any there is no key to look up: hashing a long one costs more than applying a layer. */
export function editsAt(edits: Edits, path: Pick<SitePath, 'site'>, role: SiteRole): readonly SiteEdit[] {
  return edits.size === 0 ? none : (edits.get(siteKey(path, role)) ?? none)
}

/** What a site's edits are kept under. */
export function siteKey({ site }: Pick<SitePath, 'site'>, role: SiteRole): string {
  return `${site}|${role}`
}
