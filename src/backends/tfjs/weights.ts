import * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import type { Graph } from '../../graph/graph.ts'
import { type NamedWeight, weightNames } from '../../weights/names.ts'
import type { Weights } from '../../weights/weights.ts'

/** The weights of a model that `buildModel` made of the graph, moving averages included, by the names that files have. */
export async function readWeights(model: tfl.LayersModel, graph: Graph): Promise<Weights> {
  const entries = byNode(graph).flatMap(([node, weights]) => {
    const tensors = model.getLayer(node).getWeights()
    if (tensors.length !== weights.length)
      throw new Error(`${node} has ${tensors.length} weights, not ${weights.length}`)
    return weights.map(({ name }, index) => [name, tensors[index]] as const)
  })
  const values = await Promise.all(entries.map(([, tensor]) => tensor?.data<'float32'>()))
  return new Map(entries.map(([name], index) => [name, Float32Array.from(values[index] ?? [])]))
}

/** Gives such a model these weights, which must be the graph's. */
export function assignWeights(model: tfl.LayersModel, graph: Graph, values: Weights): void {
  for (const [node, weights] of byNode(graph)) {
    tfc.tidy(() => {
      const tensors = weights.map(({ name, shape }) => {
        const own = values.get(name)
        if (own === undefined) throw new Error(`no values for the weight ${name}`)
        return tfc.tensor(own, [...shape])
      })
      model.getLayer(node).setWeights(tensors)
    })
  }
}

function byNode(graph: Graph): readonly (readonly [string, readonly NamedWeight[]])[] {
  const nodes = new Map<string, NamedWeight[]>()
  for (const weight of weightNames(graph)) {
    const own = nodes.get(weight.node.name)
    if (own === undefined) nodes.set(weight.node.name, [weight])
    else own.push(weight)
  }
  return [...nodes]
}
