import type { Code } from '../../diagnostics/codes.ts'
import type { Graph } from '../../graph/graph.ts'
import { measure, type Quantity } from './measure.ts'
import type { Move, Values } from './move.ts'
import type { Candidates, Outcome } from './search.ts'

/** Layers that may be elaborated for one budget, all candidates together: some seconds. Of large networks, some at least. */
const maxLayers = 500_000
const leastAttempts = 64

/** Codes that say that a network is larger than wmnet takes (layers, steps, arrays): it does not get smaller while widths grow. */
const tooLargeCodes: ReadonlySet<string> = new Set<Code>(['WM0358', 'WM0359', 'WM0360'])

/** What became of a network with some values. */
export interface Elaborated {
  readonly graph?: Graph
  readonly codes: readonly string[]
}

/** Elaborates candidates and counts what that takes. */
export interface Prober {
  readonly probes: number
  /** The last candidate that elaborated to no graph: its values, and the first code. */
  readonly lastFailure: { readonly values: Values; readonly code: string | undefined } | undefined
  isSpent(): boolean
  /** Undefined where a value is outside its domain. */
  elaborate(values: Values): Elaborated | undefined
}

export function createProber(move: Move, elaborateWith: (values: Values) => Elaborated): Prober {
  let attempts = 0
  let probes = 0
  let layers = 0
  let largest = 1
  let lastFailure: Prober['lastFailure']
  return {
    get probes() {
      return probes
    },
    get lastFailure() {
      return lastFailure
    },
    isSpent: () => attempts >= leastAttempts && layers + attempts > maxLayers,
    elaborate(values) {
      attempts++
      if (!move.fits(values)) return undefined
      const found = elaborateWith(values)
      probes++
      // One that fails is taken to have cost as much as any that did not.
      largest = Math.max(largest, found.graph?.nodes.length ?? 1)
      layers += largest
      if (found.graph === undefined) lastFailure = { values, code: found.codes[0] }
      return found
    },
  }
}

/**
 * The candidates of a move under a quantity, each elaborated once at most.
 * @param settled as for `measure`
 * @param base the graph with the values that the variant has, where that is known
 */
export function listCandidates(
  move: Move,
  quantity: Quantity,
  settled: ReadonlySet<number>,
  base: Graph | undefined,
  prober: Prober,
): Candidates {
  const known = new Map<number, Outcome>()
  const outcomeOf = (values: Values): Outcome => {
    const found = prober.elaborate(values)
    if (found?.graph !== undefined) return { kind: 'cost', ...measure(found.graph, quantity, settled) }
    return { kind: found?.codes.some((code) => tooLargeCodes.has(code)) ? 'tooLarge' : 'unfit' }
  }
  const { count, start } = move
  const isStart = String(move.valuesAt(start)) === String(move.parts.map(({ values }) => values))
  if (base !== undefined && isStart) known.set(start, { kind: 'cost', ...measure(base, quantity, settled) })
  return {
    count,
    start,
    isSpent: prober.isSpent,
    knownCosts: () => [...known.values()].flatMap((outcome) => (outcome.kind === 'cost' ? [outcome.cost] : [])),
    probe(index) {
      const outcome = known.get(index) ?? outcomeOf(move.valuesAt(index))
      known.set(index, outcome)
      return outcome
    },
  }
}
