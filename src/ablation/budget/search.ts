/** What one candidate gives. */
export type Outcome =
  /** `low` ≤ `cost` ≤ `high`; both bounds rise with the candidates, though the cost itself need not. */
  | { readonly kind: 'cost'; readonly low: number; readonly cost: number; readonly high: number }
  /** It is no candidate after all: a value outside its domain, a shape that does not fit. */
  | { readonly kind: 'unfit' }
  /** So is every candidate after it. */
  | { readonly kind: 'tooLarge' }

export interface Found {
  readonly index: number
  readonly cost: number
}

/** The nearest costs from both sides, each at the smallest candidate that has it. An exact hit is both. */
export interface Nearest {
  below?: Found
  above?: Found
}

export interface Candidates {
  readonly count: number
  probe(index: number): Outcome
  /** True once no more work may be spent: the search ends with what it has. */
  isSpent(): boolean
}

/** The nearer of the two; of equal distance the smaller candidate. */
export function nearerOf({ below, above }: Nearest, wanted: number): Found | undefined {
  if (below === undefined || above === undefined) return below ?? above
  const difference = wanted - below.cost - (above.cost - wanted)
  if (difference === 0) return below.index <= above.index ? below : above
  return difference < 0 ? below : above
}

/**
 * The candidates whose costs are nearest to the wanted one, exactly, among those whose bounds rise: branch and bound. Between
 * two candidates every cost lies between the first one's low and the second one's high; where no cost in there
 * would be nearer, or as near at a smaller candidate, none of them is looked at.
 */
export function findNearest(candidates: Candidates, wanted: number): Nearest {
  const nearest: Nearest = {}
  visit(
    { first: 0, last: candidates.count - 1, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
    wanted,
    candidates,
    nearest,
  )
  return nearest
}

/** As `findNearest`, of costs that rise and fall: looks at every candidate. */
export function tryAll(candidates: Candidates, stopWhenTooLarge: boolean, wanted: number): Nearest {
  const nearest: Nearest = {}
  for (let index = 0; index < candidates.count && !candidates.isSpent(); index++) {
    const outcome = candidates.probe(index)
    if (outcome.kind === 'cost') consider({ index, cost: outcome.cost }, wanted, nearest)
    else if (outcome.kind === 'tooLarge' && stopWhenTooLarge) break
  }
  return nearest
}

/** Candidates not yet looked at, both ends included, and the bounds of what they cost. */
interface Interval {
  readonly first: number
  readonly last: number
  readonly low: number
  readonly high: number
}

function visit(interval: Interval, wanted: number, candidates: Candidates, nearest: Nearest): void {
  if (!mayHoldNearer(interval, wanted, nearest)) return
  const { first, low, high } = interval
  const split = findFitting(interval, candidates)
  if (split === undefined) return
  const { index, outcome, last } = split
  consider({ index, cost: outcome.cost }, wanted, nearest)
  const left: Interval = { first, last: index - 1, low, high: outcome.high }
  const right: Interval = {
    first: index + 1,
    last,
    low: outcome.low,
    high: last < interval.last ? Number.POSITIVE_INFINITY : high,
  }
  // What lies nearer to the wanted cost first: it makes most of the other side needless.
  for (const part of outcome.low > wanted ? [left, right] : [right, left]) visit(part, wanted, candidates, nearest)
}

function mayHoldNearer({ first, last, low, high }: Interval, wanted: number, { below, above }: Nearest): boolean {
  if (first > last) return false
  const beats = (cost: number, best: Found | undefined, isNearer: boolean) =>
    best === undefined || isNearer || (cost === best.cost && first < best.index)
  const under = Math.min(high, wanted)
  const over = Math.max(low, wanted)
  return (
    (low <= wanted && beats(under, below, under > (below?.cost ?? 0))) ||
    (high >= wanted && beats(over, above, over < (above?.cost ?? 0)))
  )
}

function consider(found: Found, wanted: number, nearest: Nearest): void {
  const { cost, index } = found
  const { below, above } = nearest
  const replaces = (best: Found | undefined, isNearer: boolean) =>
    best === undefined || isNearer || (cost === best.cost && index < best.index)
  if (cost <= wanted && replaces(below, cost > (below?.cost ?? 0))) nearest.below = found
  if (cost >= wanted && replaces(above, cost < (above?.cost ?? 0))) nearest.above = found
}

/**
 * A candidate near the middle of an interval that does cost something, and where the interval ends: what follows
 * is unfit or too large.
 */
function findFitting(
  { first, last }: Interval,
  candidates: Candidates,
): { readonly index: number; readonly outcome: Outcome & { kind: 'cost' }; readonly last: number } | undefined {
  for (let end = last; first <= end; ) {
    const middle = first + Math.floor((end - first) / 2)
    for (let index = middle; index <= end; index++) {
      if (candidates.isSpent()) return undefined
      const outcome = candidates.probe(index)
      if (outcome.kind === 'cost') return { index, outcome, last: end }
      if (outcome.kind === 'tooLarge') break
    }
    end = middle - 1
  }
  return undefined
}
