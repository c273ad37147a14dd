import { elements } from '../../graph/cost.ts'
import { type Graph, inputId, type NodeId, neededNodes } from '../../graph/graph.ts'
import { layers } from '../../layers/index.ts'
import type { LayerSpec } from '../../layers/layer.ts'
import type { ForwardContext } from '../../layers/ops.ts'
import { createStream } from '../../random/stream.ts'
import { entryOf } from '../../registry/construct.ts'
import { printBrief } from '../../registry/print-brief.ts'
import { weightNames } from '../../weights/names.ts'
import type { Weights } from '../../weights/weights.ts'
import { asWritten } from './arrangement.ts'
import type { GraphWriter } from './graph-writer.ts'
import { createOps } from './ops.ts'
import { type Activation, activationOf, type OnnxValue, type Weight } from './value.ts'

/**
 * Writes every layer that the output depends on, as it is at inference, and gives the output.
 *
 * @param input the name of the graph's input, [N, …input shape]
 */
export function writeLayers(graph: Graph, input: string, weights: Weights, writer: GraphWriter): Activation {
  const ops = createOps(writer)
  const { shape } = graph.input
  const form = { arrangement: asWritten(shape.length), name: input }
  const values = new Map<NodeId, OnnxValue>([[inputId, { kind: 'activation', shape, forms: [form] }]])
  const weightsOf = groupWeights(graph, weights)
  const needed = neededNodes(graph)
  for (const { id, name, call, inputs, shape } of graph.nodes) {
    if (!needed.has(id)) continue
    writer.enter(name, printBrief(call))
    const spec: LayerSpec = entryOf(layers, call)
    const given = inputs.map((input) => writtenAs(values, input))
    const value = spec.forward(ops, given, weightsOf.get(id) ?? {}, call.args, atInference)
    if (String(value.shape) !== String(shape)) throw new Error(`${name} is [${shape}], written as [${value.shape}]`)
    values.set(id, value)
  }
  return activationOf(writtenAs(values, graph.output))
}

const atInference: ForwardContext<OnnxValue> = {
  training: false,
  random: createStream(0, 'inference'),
  update(weight) {
    throw new Error(`a layer updates its ${weight} outside of training`)
  },
}

/** By node, and there by the names of the layer's `weights()`. */
function groupWeights(graph: Graph, weights: Weights): ReadonlyMap<NodeId, Readonly<Record<string, Weight>>> {
  const groups = new Map<NodeId, Record<string, Weight>>()
  for (const { name, node, weight, shape } of weightNames(graph)) {
    const values = weights.get(name)
    if (values?.length !== elements(shape)) {
      throw new Error(`${name} of [${shape}] was given ${values === undefined ? 'no' : values.length} values`)
    }
    const group = groups.get(node.id) ?? {}
    group[weight.name] = { kind: 'weight', name, shape, values }
    groups.set(node.id, group)
  }
  return groups
}

function writtenAs(values: ReadonlyMap<NodeId, OnnxValue>, id: NodeId): OnnxValue {
  const value = values.get(id)
  if (value === undefined) throw new Error(`node ${id} is used before it is written`)
  return value
}
