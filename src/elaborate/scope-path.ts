import type { ScopeTag } from '../graph/graph.ts'

/**
 * The constructs around the statement being walked. Ways that are equal share one list, which every node keeps: with a
 * list of its own for each, a define deep in others that is applied often would fill the memory.
 */
export interface ScopePath {
  /** From the outside in. */
  readonly list: readonly ScopeTag[]
  enter(tag: ScopeTag): void
  leave(): void
}

interface Level {
  readonly list: readonly ScopeTag[]
  readonly outer: Level | undefined
  readonly inner: Map<string, Level>
}

export function createScopePath(): ScopePath {
  let level: Level = { list: [], outer: undefined, inner: new Map() }
  return {
    get list() {
      return level.list
    },
    enter(tag) {
      const key = `${tag.kind} ${tag.name}`
      const known = level.inner.get(key)
      const inner = known ?? { list: [...level.list, tag], outer: level, inner: new Map() }
      if (known === undefined) level.inner.set(key, inner)
      level = inner
    },
    leave() {
      if (level.outer === undefined) throw new Error('no construct is open')
      level = level.outer
    },
  }
}
