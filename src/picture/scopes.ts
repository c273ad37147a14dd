import type { Origin, ScopeTag } from '../graph/graph.ts'
import type { Structure } from './model.ts'

/** One construct around a node, or one pass of a repeat or loop (`iteration`). */
export interface Step {
  readonly structure: Structure | 'iteration'
  readonly name: string
  /** Different for different applications of one construct. */
  readonly key: string
}

/**
 * The constructs around a node from the outside in, read from its site and its scopes. A parallel stands around its
 * branches, a residual's or parallel's own merge outside of it: see `ownKeys`.
 */
export function pathOf({ site, scopes }: Origin): readonly Step[] {
  const pending = [...scopes]
  const steps: Step[] = []
  const segments = site.split('/')
  segments.forEach((segment, index) => {
    const around = segments.slice(0, index).join('/')
    const key = segments.slice(0, index + 1).join('/')
    const [scope] = pending
    if (/^#\d+$/.test(segment)) steps.push({ structure: 'iteration', name: '', key })
    else if (scope !== undefined && isSegmentOf(scope, segment)) {
      pending.shift()
      if (scope.kind === 'branch') steps.push({ structure: 'parallel', name: 'parallel', key: `${around}/parallel` })
      steps.push({ structure: scope.kind, name: scope.name, key })
    }
  })
  if (pending.length > 0)
    throw new Error(`the site ${site} does not name ${pending.map(({ name }) => name).join(', ')}`)
  return steps
}

/** The keys that a structure whose merge or shortcut stands at this site would have. */
export function ownKeys(site: string): ReadonlySet<string> {
  return new Set(['residual', 'densely', 'parallel'].map((name) => `${site}/${name}`))
}

/** A define that a block takes as its normalisation has `norm:` before its name. */
function isSegmentOf({ kind, name }: ScopeTag, segment: string): boolean {
  return segment === name || (kind === 'define' && segment.endsWith(`:${name}`))
}
