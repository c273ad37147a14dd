import type { Graph, GraphNode } from '../graph/graph.ts'
import { sample } from '../init/distribution.ts'
import { inits } from '../init/index.ts'
import type { WeightSpec } from '../layers/layer.ts'
import { createStream, type RandomStream } from '../random/stream.ts'
import { entryOf } from '../registry/construct.ts'
import { weightNames } from './names.ts'
import type { Weights } from './weights.ts'

/** The weights that training starts from, as `compile(…).build(variant, { seed })` gives them to the tfjs model. */
export function initialWeights(graph: Graph, seed: number): Weights {
  const random = createStream(seed, 'init')
  return new Map(weightNames(graph).map(({ name, node, weight }) => [name, sampleWeight(node, weight, random)]))
}

/**
 * One weight, row by row. It depends on `random`, on the node's site and role, and on the weight's name: a change to one layer leaves
 * the others' weights as they were, so that variants differ where they say so.
 */
export function sampleWeight(node: GraphNode, weight: WeightSpec, random: RandomStream): Float32Array {
  const stream = random.fork('init', node.origin.site, node.role, weight.name)
  return sample(entryOf(inits, weight.init).distribution(weight.init.args, weight), weight.shape, stream)
}
