import type { GraphNode } from '../graph/graph.ts'

/** A node of the first graph and the node of the second that stands for it, by their places in the lists. */
export type Pair = readonly [before: number, after: number]

/** Two stretches of nodes that have no partner yet. */
interface Gap {
  readonly before: readonly [start: number, end: number]
  readonly after: readonly [start: number, end: number]
}

/** A gap of more than so many cells is left unaligned beyond its equal ends: everything in it is removed and added. */
const maxCells = 4_000_000

/**
 * Which nodes of two graphs correspond, both in forward order. First by site and role, which stay what they are whatever
 * a variant changes elsewhere; between those by the longest common subsequence of calls. `textOf` gives a call's text.
 */
export function alignNodes(
  before: readonly GraphNode[],
  after: readonly GraphNode[],
  textOf: (node: GraphNode) => string,
): readonly Pair[] {
  const anchors = longestIncreasing(pairBySite(before, after))
  const ends: Pair = [before.length, after.length]
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  for (const anchor of [...anchors, ends]) {
    const gap: Gap = { before: [i, anchor[0]], after: [j, anchor[1]] }
    const equal = (a: number, b: number) => isAlike(before[a], after[b], textOf)
    pairs.push(...alignGap(gap, equal))
    if (anchor !== ends) pairs.push(anchor)
    ;[i, j] = [anchor[0] + 1, anchor[1] + 1]
  }
  return pairs
}

function isAlike(a: GraphNode | undefined, b: GraphNode | undefined, textOf: (node: GraphNode) => string): boolean {
  return a !== undefined && b !== undefined && a.role === b.role && textOf(a) === textOf(b)
}

function pairBySite(before: readonly GraphNode[], after: readonly GraphNode[]): readonly Pair[] {
  const places = new Map(after.map((node, index) => [siteOf(node), index]))
  return before.flatMap((node, index) => {
    const place = places.get(siteOf(node))
    return place === undefined ? [] : [[index, place] as const]
  })
}

function siteOf({ origin, role }: GraphNode): string {
  return `${origin.site}|${role}`
}

/** The most pairs that keep the order of both lists; pairs come ordered by their first place. */
function longestIncreasing(pairs: readonly Pair[]): readonly Pair[] {
  // The last pair of the best chain of each length, and what comes before each pair in its chain (patience sorting).
  const lasts: number[] = []
  const previous: (number | undefined)[] = []
  for (const [index, [, place]] of pairs.entries()) {
    let [low, high] = [0, lasts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[lasts[middle] ?? 0]?.[1] ?? 0) < place) low = middle + 1
      else high = middle
    }
    previous.push(lasts[low - 1])
    lasts[low] = index
  }
  const chain: Pair[] = []
  for (let at = lasts.at(-1); at !== undefined; at = previous[at]) chain.push(pairs[at] ?? [0, 0])
  return chain.reverse()
}

function alignGap({ before, after }: Gap, equal: (a: number, b: number) => boolean): readonly Pair[] {
  let [i, endBefore] = before
  let [j, endAfter] = after
  const [head, tail]: [Pair[], Pair[]] = [[], []]
  while (i < endBefore && j < endAfter && equal(i, j)) head.push([i++, j++])
  while (i < endBefore && j < endAfter && equal(endBefore - 1, endAfter - 1)) tail.push([--endBefore, --endAfter])
  const cells = (endBefore - i) * (endAfter - j)
  const middle =
    cells === 0 || cells > maxCells ? [] : alignMiddle({ before: [i, endBefore], after: [j, endAfter] }, equal)
  return [...head, ...middle, ...tail.reverse()]
}

/** The longest common subsequence, by the textbook's table. */
function alignMiddle({ before, after }: Gap, equal: (a: number, b: number) => boolean): readonly Pair[] {
  const [height, width] = [before[1] - before[0], after[1] - after[0]]
  const lengths = new Uint32Array((height + 1) * (width + 1))
  const lengthAt = (row: number, column: number): number => lengths[row * (width + 1) + column] ?? 0
  for (let row = height - 1; row >= 0; row--) {
    for (let column = width - 1; column >= 0; column--) {
      const isEqual = equal(before[0] + row, after[0] + column)
      lengths[row * (width + 1) + column] = isEqual
        ? lengthAt(row + 1, column + 1) + 1
        : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1))
    }
  }
  const pairs: Pair[] = []
  let [row, column] = [0, 0]
  while (row < height && column < width) {
    if (equal(before[0] + row, after[0] + column)) pairs.push([before[0] + row++, after[0] + column++])
    else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) row++
    else column++
  }
  return pairs
}
