import { elements } from '../graph/cost.ts'
import { type Graph, type GraphNode, inputId, type NodeId, nodeOf, shapeOf } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { ChannelMap, LayerSpec } from '../layers/layer.ts'
import type { LayerWeights } from '../layers/ops.ts'
import { onlyInput } from '../layers/rules.ts'
import { entryOf } from '../registry/construct.ts'
import { layerPath } from '../weights/names.ts'
import { dropNodes } from './drop-nodes.ts'
import type { Pass, WeightedGraph } from './pass.ts'

/**
 * A batch normalisation goes into the weights of the layer right before it: with s = gamma/√(variance + epsilon), channel by channel,
 * kernel becomes s·kernel and bias s·(bias − mean) + beta, in float64 and rounded once. A layer without bias gets one.
 *
 * It does so only where that is the same function: the layer says where it absorbs a channel map (`absorbs` in its file; an activation, a
 * pooling, a sum do not), nothing else takes its result, and the new numbers are finite in float32. Several in a row go into one layer.
 * A label on the normalised result stays; one on what was normalised goes.
 */
export const foldBatchNorm: Pass = {
  name: 'fold-batch-norm',
  run(network) {
    const uses = countUses(network.graph)
    const hosts = new Map<NodeId, Host>()
    /** Of a folded node, the layer that it went into. */
    const instead = new Map<NodeId, NodeId>()
    const overwritten = new Set<NodeId>()
    for (const node of network.graph.nodes) {
      const { channelMap }: LayerSpec = entryOf(layers, node.call)
      if (channelMap === undefined) continue
      const input = onlyInput(node.inputs)
      if (input === inputId || uses.get(input) !== 1) continue
      const place = instead.get(input) ?? input
      const map = channelMap(node.call.args, weightsOf(network, node))
      const host = openHost(network, nodeOf(network.graph, place), compose(hosts.get(place)?.map, map))
      if (host === null) continue
      hosts.set(place, host)
      instead.set(node.id, place)
      overwritten.add(input)
    }
    if (hosts.size === 0) return network
    return dropNodes(settle(network, hosts, overwritten), instead)
  },
}

/** A layer with a channel map in its weights. */
interface Host {
  readonly node: GraphNode
  readonly map: ChannelMap
  /** Those that have changed. */
  readonly weights: LayerWeights<Float32Array>
}

/** Null where the layer has no place for the map. */
function openHost(network: WeightedGraph, node: GraphNode, map: ChannelMap): Host | null {
  const spec: LayerSpec = entryOf(layers, node.call)
  if (spec.absorbs === undefined) return null
  const { scale, offset } = spec.absorbs
  const own = weightsOf(network, node)
  const args = offset in own ? node.call.args : { ...node.call.args, [offset]: true }
  const channels = map.scale.length
  const of = (values: Float64Array, i: number) => values[i % channels] ?? Number.NaN
  const declared = spec.weights(args, inputShapes(network.graph, node))
  const changed = declared.flatMap(({ name, shape }) => {
    const values = own[name] ?? new Float32Array(elements(shape))
    if (name === scale) return [[name, values.map((value, i) => value * of(map.scale, i))] as const]
    if (name !== offset) return []
    return [[name, values.map((value, i) => value * of(map.scale, i) + of(map.offset, i))] as const]
  })
  if (!changed.every(([, values]) => values.every(Number.isFinite))) return null
  return { node: { ...node, call: { ...node.call, args } }, map, weights: Object.fromEntries(changed) }
}

/** First `inner`, if there is one. */
function compose(inner: ChannelMap | undefined, outer: ChannelMap): ChannelMap {
  if (inner === undefined) return outer
  const [scale, offset] = [outer.scale, outer.offset]
  return {
    scale: inner.scale.map((value, c) => value * (scale[c] ?? Number.NaN)),
    offset: inner.offset.map((value, c) => value * (scale[c] ?? Number.NaN) + (offset[c] ?? Number.NaN)),
  }
}

/** The network with the hosts as they are now, and without the labels of results that are no longer computed. */
function settle(
  { graph, weights }: WeightedGraph,
  hosts: ReadonlyMap<NodeId, Host>,
  overwritten: ReadonlySet<NodeId>,
): WeightedGraph {
  const nodes = graph.nodes.map((node) => {
    const { label, ...unlabelled } = node.origin
    const origin = overwritten.has(node.id) ? unlabelled : node.origin
    return { ...(hosts.get(node.id)?.node ?? node), origin }
  })
  const labels = Object.fromEntries(Object.entries(graph.labels).filter(([, id]) => !overwritten.has(id)))
  const changed = [...hosts.values()].flatMap(({ node, weights }) =>
    Object.entries(weights).map(([name, values]) => [`${layerPath(node)}.${name}`, values] as const),
  )
  return { graph: { ...graph, nodes, labels }, weights: new Map([...weights, ...changed]) }
}

/** How often each result is taken, by layers and as the output. */
function countUses({ nodes, output }: Graph): ReadonlyMap<NodeId, number> {
  const uses = new Map<NodeId, number>()
  for (const id of [...nodes.flatMap(({ inputs }) => inputs), output]) uses.set(id, (uses.get(id) ?? 0) + 1)
  return uses
}

function weightsOf({ graph, weights }: WeightedGraph, node: GraphNode): LayerWeights<Float32Array> {
  const spec: LayerSpec = entryOf(layers, node.call)
  const own = spec.weights(node.call.args, inputShapes(graph, node)).map(({ name }) => {
    const values = weights.get(`${layerPath(node)}.${name}`)
    if (values === undefined) throw new Error(`no values for the ${name} of ${node.name}`)
    return [name, values] as const
  })
  return Object.fromEntries(own)
}

function inputShapes(graph: Graph, { inputs }: GraphNode) {
  return inputs.map((id) => shapeOf(graph, id))
}
