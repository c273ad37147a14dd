import { elements } from '../graph/cost.ts'
import type { Graph } from '../graph/graph.ts'
import { verifyGraph } from '../graph/verify.ts'
import { weightNames } from '../weights/names.ts'
import type { Weights } from '../weights/weights.ts'
import { foldBatchNorm } from './fold-batch-norm.ts'
import type { Pass, WeightedGraph } from './pass.ts'
import { removeDeadBranches } from './remove-dead-branches.ts'
import { removeIdentities } from './remove-identities.ts'

/** In their order: what is gone is in nobody's way, such as a dropout between a layer and its normalisation. */
export const inferencePasses: readonly Pass[] = [removeDeadBranches, removeIdentities, foldBatchNorm]

/**
 * The network with less to do at inference: batch normalisation folded into the layers before it, and without dropout, training noise
 * and whatever the output does not need. Outputs agree but for rounding; training goes another way. It has another hash than the
 * graph where anything has changed. Neither argument is changed.
 *
 * @param weights all of the graph's, by the names of `weightNames`. Those that stay keep their names.
 * @throws RangeError where they are not the graph's
 */
export function optimizeForInference(graph: Graph, weights: Weights): WeightedGraph {
  const [wrong] = compareWeights(graph, weights)
  if (wrong !== undefined) throw new RangeError(`the weights are not those of ${graph.network}: ${wrong}`)
  return inferencePasses.reduce((network, pass) => verified(pass, pass.run(network)), { graph, weights })
}

/** A breach is a bug of the pass. */
function verified(pass: Pass, network: WeightedGraph): WeightedGraph {
  const breaches = [...verifyGraph(network.graph), ...compareWeights(network.graph, network.weights)]
  if (breaches.length > 0) throw new Error(`${pass.name} broke ${network.graph.network}: ${breaches.join('; ')}`)
  return network
}

function compareWeights(graph: Graph, weights: Weights): readonly string[] {
  const wanted = weightNames(graph).map(({ name, shape }) => [name, elements(shape)] as const)
  const known = new Map(wanted)
  return [
    ...wanted.flatMap(([name, size]) => {
      const found = weights.get(name)?.length
      return found === size ? [] : [`${name} has ${found ?? 'no'} numbers, wanted ${size}`]
    }),
    ...[...weights.keys()].filter((name) => !known.has(name)).map((name) => `there is no ${name}`),
  ]
}
