import { type Graph, type GraphNode, inputId, type NodeId, shapeOf } from '../src/graph/graph.ts'
import { batchnorm } from '../src/layers/batchnorm.ts'
import { layers } from '../src/layers/index.ts'
import type { WeightedGraph } from '../src/passes/pass.ts'
import { entryOf } from '../src/registry/construct.ts'
import { initialWeights } from '../src/weights/initial.ts'
import { layerPath, weightNames } from '../src/weights/names.ts'
import { readCall } from './layers-fixtures.ts'
import { reference } from './layers-reference.ts'
import { noise } from './numeric/float64.ts'

export const callsOf = ({ nodes }: Graph): string => nodes.map(({ call }) => call.name).join(' ')

/**
 * As training may have left them: no bias is zero, scales are negative or near zero among others, and variances reach from far below the
 * epsilon to far above.
 */
export function trainedWeights(graph: Graph, seed: number): WeightedGraph['weights'] {
  const initial = initialWeights(graph, seed)
  return new Map(
    weightNames(graph).map(({ name, weight, shape }, place) => {
      const drawn = noise(shape, 1000 * seed + place)
      const start = initial.get(name) ?? new Float32Array()
      const values = statistics[weight.name]?.(drawn) ?? (start.every((value) => value === 1) ? drawn : start)
      return [name, values]
    }),
  )
}

const statistics: Readonly<Record<string, (drawn: Float32Array) => Float32Array>> = {
  bias: (drawn) => drawn.map((value) => value / 4),
  // So small where the variance is (epsilon is 1e-3) that what many layers multiply stays in float32.
  gamma: (drawn) =>
    drawn.map((value, i) => (i % 5 === 3 ? 1e-6 * value : (i % 4 === 2 ? 0.03 : 1) * (Math.sign(value) / 2 + value))),
  beta: (drawn) => drawn.map((value) => value / 2),
  moving_mean: (drawn) => drawn.map((value) => value / 2),
  moving_variance: (drawn) => drawn.map((value, i) => (i % 4 === 2 ? 1e-7 : 1) * (0.05 + 4 * value ** 2)),
}

/** One example through the graph in float64, each layer as its definition reads. */
export function outputInFloat64({ graph, weights }: WeightedGraph, image: Float32Array): Float64Array {
  const values = new Map<NodeId, Float64Array>([[inputId, Float64Array.from(image)]])
  const resultOf = (id: NodeId) => {
    const value = values.get(id)
    if (value === undefined) throw new Error(`nothing at node ${id}`)
    return value
  }
  for (const node of graph.nodes) values.set(node.id, apply({ graph, weights }, node, node.inputs.map(resultOf)))
  return resultOf(graph.output)
}

function apply({ graph, weights }: WeightedGraph, node: GraphNode, inputs: readonly Float64Array[]): Float64Array {
  const shapes = node.inputs.map((id) => shapeOf(graph, id))
  const [first = new Float64Array()] = inputs
  if (node.call.name === 'add') return first.map((_, i) => inputs.reduce((sum, values) => sum + (values[i] ?? 0), 0))
  if (node.call.name === 'concat') return concat(inputs, shapes)
  const own = entryOf(layers, node.call).weights(node.call.args, shapes)
  const named = own.map(({ name }) => [name, weights.get(`${layerPath(node)}.${name}`) ?? []] as const)
  return reference(node.call.name, node.call.args, first, shapes[0] ?? [], Object.fromEntries(named)).values
}

function concat(inputs: readonly Float64Array[], shapes: readonly (readonly number[])[]): Float64Array {
  const channels = shapes.map((shape) => shape.at(-1) ?? 0)
  const pixels = (inputs[0]?.length ?? 0) / (channels[0] ?? 1)
  const rows = Array.from({ length: pixels }, (_, pixel) =>
    inputs.flatMap((values, part) => {
      const count = channels[part] ?? 0
      return [...values.subarray(pixel * count, (pixel + 1) * count)]
    }),
  )
  return Float64Array.from(rows.flat())
}

/**
 * The largest difference of two networks' outputs, in float64, each channel's as a share of the largest value that the first network
 * has in it.
 */
export function differenceInFloat64(before: WeightedGraph, after: WeightedGraph, images = 2): number {
  const channels = shapeOf(before.graph, before.graph.output).at(-1) ?? 0
  const largest = new Float64Array(channels)
  const worst = new Float64Array(channels)
  for (let seed = 1; seed <= images; seed++) {
    const image = noise(before.graph.input.shape, seed)
    const found = outputInFloat64(after, image)
    outputInFloat64(before, image).forEach((value, i) => {
      const c = i % channels
      largest[c] = Math.max(largest[c] ?? 0, Math.abs(value))
      worst[c] = Math.max(worst[c] ?? 0, Math.abs(value - (found[i] ?? Number.NaN)))
    })
  }
  return Math.max(...worst.map((difference, c) => (difference === 0 ? 0 : difference / (largest[c] ?? 0))))
}

/** The graph with a batch normalisation behind every layer that has none there, poolings, dropout and `flatten` included. */
export function withBatchNorms(graph: Graph): Graph {
  const nodes: GraphNode[] = []
  const places = new Map<NodeId, NodeId>([[inputId, inputId]])
  const placeOf = (id: NodeId) => places.get(id) ?? inputId
  const isNormed = (id: NodeId) => graph.nodes.some(({ call, inputs }) => call.name === 'batchnorm' && inputs[0] === id)
  for (const node of graph.nodes) {
    const moved = { ...node, id: nodes.length + 1, inputs: node.inputs.map(placeOf) }
    nodes.push(moved)
    places.set(node.id, moved.id)
    if (node.role !== 'layer' || node.call.name === 'batchnorm' || isNormed(node.id)) continue
    // Where `insert batchnorm after …` would put it.
    const origin = { ...node.origin, site: `${node.origin.site}/layer+9` }
    const call = readCall('layer', batchnorm.example)
    const name = `${node.name}_normed`
    nodes.push({ id: moved.id + 1, name, call, role: 'layer', inputs: [moved.id], shape: node.shape, origin })
    places.set(node.id, moved.id + 1)
  }
  return { ...graph, nodes, output: placeOf(graph.output), labels: {} }
}

/** Some random networks overflow, or turn the last digit of a weight into the first of an output: comparing those says nothing. */
export const mostRounding = 1e-3

/** How far the outputs go when every weight goes by an ulp or two: dozens of random layers may amplify that a hundredfold. */
export function roundingOf({ graph, weights }: WeightedGraph): number {
  const nudge = (values: Float32Array) => values.map((value, i) => value * (1 + (i % 3 === 0 ? -1 : 1) * 2 ** -23))
  const nudged = new Map([...weights].map(([name, values]) => [name, nudge(values)]))
  return differenceInFloat64({ graph, weights }, { graph, weights: nudged }, 1)
}
