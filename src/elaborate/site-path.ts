/**
 * The way to the statement being walked (see `Origin.site`). Every step's site is kept: a network of defines in defines
 * asks for a site several times at every layer, and joining a long way anew each time took most of the walk.
 */
export interface SitePath {
  readonly length: number
  /** `1/#2/0`; empty outside all statements. */
  readonly site: string
  push(step: string): void
  pop(): void
}

export function createSitePath(): SitePath {
  const sites: string[] = []
  return {
    get length() {
      return sites.length
    },
    get site() {
      return sites.at(-1) ?? ''
    },
    push(step) {
      const outer = sites.at(-1)
      sites.push(outer === undefined ? step : `${outer}/${step}`)
    },
    pop() {
      sites.pop()
    },
  }
}
