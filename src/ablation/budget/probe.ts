import type { Graph } from '../../graph/graph.ts'
import { measure, type Quantity } from './measure.ts'
import type { Move, Values } from './move.ts'
import type { Candidates, Outcome } from './search.ts'

/** Layers that may be elaborated for one budget, all candidates together: some seconds. Of large networks, some at least. */
const maxLayers = 500_000
const leastProbes = 64

/** Codes that say that a network is larger than wmnet takes: it does not get smaller while widths grow. */
const tooLargeCodes: ReadonlySet<string> = new Set(['WM0358', 'WM0360'])

/** What became of a network with some values. */
export interface Elaborated {
  readonly graph?: Graph
  readonly codes: readonly string[]
}

/** Elaborates candidates, each once, and counts what that takes. */
export interface Prober {
  readonly probes: number
  /** Candidates that elaborated to no graph: the values and the first code, of the last one. */
  readonly lastFailure: { readonly values: Values; readonly code: string | undefined } | undefined
  isSpent(): boolean
  graphAt(values: Values): Graph | undefined
  /**
   * The candidates under a quantity.
   * @param settled as for `measure`
   * @param base the graph with the values that the variant has, where that is known
   */
  candidates(quantity: Quantity, settled: ReadonlySet<number>, base: Graph | undefined): Candidates
}

export function createProber(move: Move, elaborate: (values: Values) => Elaborated): Prober {
  let probes = 0
  let layers = 0
  let largest = 1
  let lastFailure: Prober['lastFailure']
  const attempt = (values: Values): Elaborated | undefined => {
    layers++
    if (!move.fits(values)) return undefined
    const found = elaborate(values)
    probes++
    // One that fails is taken to have cost as much as any that did not.
    largest = Math.max(largest, found.graph?.nodes.length ?? 1)
    layers += largest
    if (found.graph === undefined) lastFailure = { values, code: found.codes[0] }
    return found
  }
  const isSpent = () => layers > maxLayers && probes >= leastProbes
  const outcomeOf = (values: Values, quantity: Quantity, settled: ReadonlySet<number>): Outcome => {
    const found = attempt(values)
    if (found?.graph !== undefined) return { kind: 'cost', ...measure(found.graph, quantity, settled) }
    return { kind: found?.codes.some((code) => tooLargeCodes.has(code)) ? 'tooLarge' : 'unfit' }
  }
  return {
    get probes() {
      return probes
    },
    get lastFailure() {
      return lastFailure
    },
    isSpent,
    graphAt: (values) => attempt(values)?.graph,
    candidates(quantity, settled, base) {
      const known = new Map<number, Outcome>()
      const { count, start } = move
      const isStart = String(move.valuesAt(start)) === String(move.parts.map(({ values }) => values))
      if (base !== undefined && isStart) known.set(start, { kind: 'cost', ...measure(base, quantity, settled) })
      return {
        count,
        start,
        isSpent,
        knownCosts: () => [...known.values()].flatMap((outcome) => (outcome.kind === 'cost' ? [outcome.cost] : [])),
        probe(index) {
          const outcome = known.get(index) ?? outcomeOf(move.valuesAt(index), quantity, settled)
          known.set(index, outcome)
          return outcome
        },
      }
    },
  }
}
