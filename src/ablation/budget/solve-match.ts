// PLACEHOLDER so that the tree compiles until h8's solver lands here.
import type { CheckedNetwork, Setting } from '../../elaborate/elaborate.ts'
import type { Environment } from '../../evaluate/evaluate.ts'
import type { Graph } from '../../graph/graph.ts'
import type { MatchDiff } from '../../syntax/ast.ts'

export interface MatchContext {
  readonly network: CheckedNetwork
  readonly settings: ReadonlyMap<string, Setting>
  elaborateWith(settings: ReadonlyMap<string, Setting>): { readonly graph?: Graph; readonly codes: readonly string[] }
  readonly wanted: Graph
  readonly env: Environment
}

export interface SolvedMatch {
  readonly settings: ReadonlyMap<string, Setting>
  readonly moved: readonly {
    readonly target: string
    readonly from: number | readonly number[]
    readonly to: number | readonly number[]
  }[]
  readonly quantity: 'params' | 'flops'
  readonly cost: number
  readonly wanted: number
  readonly residual: number
  readonly exhaustive: boolean
  readonly probes: number
}

export function solveMatch(diff: MatchDiff, context: MatchContext): SolvedMatch | undefined {
  context.env.report.error('WM0414', diff.span, 'no solver yet')
  return undefined
}
