import type { Span } from '../../diagnostics/diagnostic.ts'
import type { Edits } from '../../elaborate/edits.ts'
import type { CheckedNetwork, Setting } from '../../elaborate/elaborate.ts'
import type { Environment } from '../../evaluate/evaluate.ts'
import { unknownOf } from '../../evaluate/value.ts'
import type { Graph } from '../../graph/graph.ts'
import { currentValue } from '../targets.ts'
import { followEdits } from './follow-edits.ts'
import { type Following, type Obstacle, obstruct, placeKey } from './follow-expression.ts'
import { createFollowing, followNetwork } from './follow-network.ts'
import type { Quantity } from './measure.ts'
import { type Move, withItems } from './move.ts'
import { createProber, type Elaborated, listCandidates, type Prober } from './probe.ts'
import type { Candidates } from './search.ts'
import { settleMerges } from './settle-merges.ts'

export interface MatchContext {
  readonly network: CheckedNetwork
  /** The variant's parameters, before its budgets. */
  readonly settings: ReadonlyMap<string, Setting>
  /** What the variant's structural diffs do. */
  readonly edits: Edits
  /** The network with these settings and with the edits; the codes of what is wrong where it does not elaborate. */
  elaborateWith(settings: ReadonlyMap<string, Setting>): Elaborated
  /** Of the variant to match. */
  readonly wanted: Graph
  readonly env: Environment
}

/** What there is to search, and how. */
export interface Prepared {
  readonly candidates: Candidates
  readonly prober: Prober
  /** Where there is one, the costs have no bounds that rise: each candidate is to be tried. */
  readonly obstacle: Obstacle | undefined
}

/** Finds out how the cost depends on what moves, from the source and from some graphs. */
export function prepareCandidates(move: Move, quantity: Quantity, context: MatchContext): Prepared {
  const prober = createProber(move, (values) => context.elaborateWith(move.settingsFor(values)))
  const following = follow(move, context)
  const { obstacle } = following
  const base = obstacle === undefined ? prober.elaborate(move.parts.map(({ values }) => values))?.graph : undefined
  const settled = base === undefined ? new Set<number>() : settle(base, following, move, prober, context)
  return { candidates: listCandidates(move, quantity, settled, base, prober), prober, obstacle }
}

/** Whether the cost is bound to rise with the targets: where it is not, there is an obstacle. */
function follow(move: Move, { network, settings, edits }: MatchContext): Following {
  const state = createFollowing()
  const moving = new Map(settings)
  for (const part of move.parts) {
    const { name } = part.parameter
    const before = moving.get(name)?.value ?? currentValue(part.parameter, settings, network)
    const unknowns = part.values.map(() => unknownOf(part.type))
    moving.set(name, { value: withItems(before, part, unknowns), span: part.span })
  }
  followNetwork(network, moving, state)
  followEdits(network, settings, edits, state)
  // What follows a mistake was not seen.
  if (state.report.errorCount() > 0) obstruct(network.declaration.name.span, 'the network has a mistake', state)
  return state
}

/** The residual merges that never get a projection, where that can be known. */
function settle(
  base: Graph,
  { bentPlaces }: Following,
  move: Move,
  prober: Prober,
  { edits }: MatchContext,
): ReadonlySet<number> {
  // Layers that a diff brought stand at the place of those that the source has there: which of them is bent is not known.
  const isBent = (span: Span) => bentPlaces.size > 0 && (edits.size > 0 || bentPlaces.has(placeKey(span)))
  const values = move.parts.map((part) => part.values)
  return settleMerges(base, values, isBent, (displaced) => prober.elaborate(displaced)?.graph)
}
