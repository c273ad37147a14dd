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

/** Numbered from 0, in the order of the value that leads them. */
export interface Candidates {
  readonly count: number
  /** Where to look first. */
  readonly start: number
  probe(index: number): Outcome
  /** Of the candidates looked at so far. */
  knownCosts(): readonly number[]
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
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  visit({ first: 0, last: candidates.count - 1, low, high, misses: 0 }, wanted, candidates, nearest)
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
  /** Guesses in a row that did not halve it. */
  readonly misses: number
}

function visit(interval: Interval, wanted: number, candidates: Candidates, nearest: Nearest): void {
  if (!mayHoldNearer(interval, wanted, nearest)) return
  const { first, low, high } = interval
  const split = findFitting(interval, guess(interval, wanted, candidates.start), candidates)
  if (split === undefined) return
  const { index, outcome, last } = split
  consider({ index, cost: outcome.cost }, wanted, nearest)
  const part = (bounds: Omit<Interval, 'misses'>): Interval => {
    const halved = 2 * (bounds.last - bounds.first) <= interval.last - first
    return { ...bounds, misses: halved ? 0 : interval.misses + 1 }
  }
  const left = part({ first, last: index - 1, low, high: outcome.high })
  const right = part({ first: index + 1, last, low: outcome.low, high })
  // What lies nearer to the wanted cost first: it makes most of the other side needless.
  for (const side of outcome.low > wanted ? [left, right] : [right, left]) visit(side, wanted, candidates, nearest)
}

/** Costs mostly grow as the square of widths: their roots are interpolated, by turns with halving where that does not help. */
function guess({ first, last, low, high, misses }: Interval, wanted: number, start: number): number {
  const between = (index: number) => Math.min(last, Math.max(first, Math.round(index)))
  const middle = first + Math.floor((last - first) / 2)
  if (!Number.isFinite(wanted) || misses % 4 === 3) return middle
  if (!Number.isFinite(low) && !Number.isFinite(high)) return between(start)
  if (!Number.isFinite(high)) return between((first + 1) * Math.sqrt(wanted / Math.max(1, low)))
  if (!Number.isFinite(low)) return between((last + 1) * Math.sqrt(wanted / Math.max(1, high)) - 1)
  const [from, to, at] = [Math.sqrt(Math.max(0, low)), Math.sqrt(Math.max(0, high)), Math.sqrt(wanted)]
  return to > from ? between(first - 1 + ((at - from) / (to - from)) * (last - first + 2)) : middle
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
 * The candidate nearest to a guess that does cost something, of those after it or else of those before it, and where the
 * interval ends: what follows is unfit or too large.
 */
function findFitting(
  { first, last }: Interval,
  guessed: number,
  candidates: Candidates,
): { readonly index: number; readonly outcome: Outcome & { kind: 'cost' }; readonly last: number } | undefined {
  let end = last
  for (let from = guessed; first <= end; from = first + Math.floor((end - first) / 2)) {
    for (let index = from; index <= end; index++) {
      if (candidates.isSpent()) return undefined
      const outcome = candidates.probe(index)
      if (outcome.kind === 'cost') return { index, outcome, last: end }
      if (outcome.kind === 'tooLarge') break
    }
    end = from - 1
  }
  return undefined
}
