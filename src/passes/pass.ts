import type { Graph } from '../graph/graph.ts'
import type { Weights } from '../weights/weights.ts'

/** A graph and all its weights, by the names of `weightNames`. */
export interface WeightedGraph {
  readonly graph: Graph
  readonly weights: Weights
}

/**
 * A rewrite that leaves what the network computes at inference as it was, but for rounding. It changes nothing that it is given, and
 * weights that stay keep their names. Labels whose result is no longer computed are gone.
 */
export interface Pass {
  readonly name: string
  run(network: WeightedGraph): WeightedGraph
}
