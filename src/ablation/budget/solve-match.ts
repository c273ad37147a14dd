import { suggest } from '../../diagnostics/suggest.ts'
import type { Setting } from '../../elaborate/elaborate.ts'
import { type Environment, evaluateAs } from '../../evaluate/evaluate.ts'
import type { MatchDiff } from '../../syntax/ast.ts'
import type { Obstacle } from './follow-expression.ts'
import { countOf, type Quantity } from './measure.ts'
import { createMove, type Move, type Values } from './move.ts'
import { type MatchContext, prepareCandidates } from './prepare-candidates.ts'
import { reportConstant, reportMissed, reportNoCandidate, reportSpent } from './report.ts'
import { type Candidates, findNearest, type Nearest, nearerOf, tryAll } from './search.ts'
import { readTargets } from './targets.ts'

export type { MatchContext } from './prepare-candidates.ts'

/** A budget that was met as nearly as can be. */
export interface SolvedMatch {
  readonly settings: ReadonlyMap<string, Setting>
  readonly moved: readonly MovedValues[]
  readonly quantity: Quantity
  readonly cost: number
  readonly wanted: number
  /** (cost − wanted) / wanted */
  readonly residual: number
  /** Whether every candidate was tried, since the cost may fall while the targets grow. */
  readonly exhaustive: boolean
  /** Networks elaborated on the way. */
  readonly probes: number
}

/** A target as a table shows it; a number for one int, a list for several. */
export interface MovedValues {
  readonly target: string
  readonly from: number | readonly number[]
  readonly to: number | readonly number[]
}

/**
 * Solves a budget: moves its targets together, in the proportion that they have, to where the variant costs as nearly as
 * possible what another does; of two equally near candidates the smaller. Exact over all candidates: those that need not be
 * elaborated are ruled out by bounds that hold for every network in which the targets flow into widths alone; in others each
 * candidate is elaborated. Undefined, and reported, where the diff is wrong or nothing is near enough.
 */
export function solveMatch(diff: MatchDiff, context: MatchContext): SolvedMatch | undefined {
  const { env } = context
  const quantity = readQuantity(diff, env)
  const within = readWithin(diff, env)
  const parts = readTargets(diff, context)
  if (quantity === undefined || within === 'wrong' || parts === undefined) return undefined
  const wanted = countOf(context.wanted, quantity)
  if (wanted === 0) {
    env.report.error('WM0414', diff.variant.span, `${diff.variant.text} has no ${quantity}: there is nothing to match`)
    return undefined
  }
  const move = createMove(parts, context, diff.span)
  const { candidates, obstacle, prober } = prepareCandidates(move, quantity, context)
  const budget = { diff, quantity, wanted, move, prober, env }
  const nearest = search(obstacle, candidates, move, wanted)
  const found = nearerOf(nearest, wanted)
  if (prober.isSpent()) reportSpent(budget, obstacle)
  else if (found === undefined) reportNoCandidate(budget)
  else if (isConstant(obstacle, candidates)) reportConstant(budget, found.cost)
  else if (within !== undefined && Math.abs(found.cost - wanted) > within * wanted * (1 + 1e-9)) {
    reportMissed(budget, within, nearest)
  } else {
    const values = move.valuesAt(found.index)
    return {
      settings: move.settingsFor(values),
      moved: describeMoved(move, values),
      ...{ quantity, wanted, cost: found.cost, residual: (found.cost - wanted) / wanted },
      ...{ exhaustive: obstacle !== undefined, probes: prober.probes },
    }
  }
  return undefined
}

function readQuantity({ quantity: { text, span } }: MatchDiff, env: Environment): Quantity | undefined {
  if (text === 'params' || text === 'flops') return text
  const close = suggest(text, ['params', 'flops'])
  const hints = [
    close === undefined
      ? '`params` are all parameters, `flops` the operations as written'
      : `did you mean \`${close}\`?`,
  ]
  env.report.error('WM0414', span, `a budget is of params or flops, found \`${text}\``, { hints })
  return undefined
}

/** The share of the wanted cost that it may differ by. */
function readWithin({ within }: MatchDiff, env: Environment): number | undefined | 'wrong' {
  if (within === undefined) return undefined
  const share = evaluateAs(within, { kind: 'float', domain: { min: 0, max: 1 } }, '`within`', env)
  return share.kind === 'number' ? share.value : 'wrong'
}

function search(obstacle: Obstacle | undefined, candidates: Candidates, move: Move, wanted: number): Nearest {
  if (obstacle === undefined) return findNearest(candidates, wanted)
  return tryAll(candidates, !move.bounded, wanted)
}

/** Whether several candidates fit, and all of them cost the same. */
function isConstant(obstacle: Obstacle | undefined, candidates: Candidates): boolean {
  const areEqual = () => new Set(candidates.knownCosts()).size < 2
  if (!areEqual()) return false
  if (obstacle === undefined) {
    // The cheapest and the dearest: the cost rises, so that what lies between them costs what both do.
    for (const end of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) findNearest(candidates, end)
  }
  return areEqual() && candidates.knownCosts().length > 1
}

function describeMoved(move: Move, values: Values): readonly MovedValues[] {
  return move.parts.map((part, index) => {
    const to = values[index] ?? []
    const [before = 0] = part.values
    const [after = 0] = to
    return { target: part.target, ...(part.single ? { from: before, to: after } : { from: part.values, to }) }
  })
}
