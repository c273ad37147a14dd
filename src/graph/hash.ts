import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { layers } from '../layers/index.ts'
import type { LayerSpec } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'
import type { ArgValue } from '../registry/params.ts'
import { type Graph, inputId, type NodeId, neededNodes } from './graph.ts'

/**
 * A canonical fingerprint of what a graph computes: layers, hyperparameters, edges, the input's shape
 * and range. Names, labels, places and the order of independent nodes do not matter.
 */
export function hashGraph(graph: Graph): string {
  const { shape, range } = graph.input
  const hashes = new Map<NodeId, string>([[inputId, digest(['input', shape, range])]])
  const used = neededNodes(graph)
  for (const node of graph.nodes) {
    if (!used.has(node.id)) continue
    const inputs = node.inputs.map((id) => hashes.get(id) ?? '')
    // A sum does not depend on the order of its terms.
    if (node.call.name === 'add') inputs.sort()
    const spec: LayerSpec = entryOf(layers, node.call)
    const args = spec.canonical?.(node.call.args) ?? node.call.args
    hashes.set(node.id, digest([node.call.name, canonical(args), inputs]))
  }
  // Two equal branches hash alike whether or not they share their weights: the count tells them apart.
  return digest([hashes.get(graph.output), used.size])
}

/**
 * Equal for graphs of equal hash, and at a fraction of its price: as many layers of each kind and output size. Graphs of equal
 * outline need not be equal.
 */
export function outlineGraph(graph: Graph): string {
  const used = neededNodes(graph)
  const counts = new Map<string, number>()
  for (const { id, call, shape } of graph.nodes) {
    if (!used.has(id)) continue
    const kind = `${call.name} ${shape.join('x')}`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts]
    .map(([kind, count]) => `${count} ${kind}`)
    .sort()
    .join(', ')
}

/**
 * What a graph's results depend on beyond what it computes: names and sites (which random streams hang off) and labels
 * (which measures look at). Places in the source do not enter.
 */
export function fingerprintGraph(graph: Graph): string {
  const nodes = graph.nodes.map(({ name, call, role, inputs, origin }) => [
    name,
    call.name,
    canonical(call.args),
    role,
    inputs,
    origin.site,
  ])
  return digest([graph.input.shape, graph.input.range, nodes, graph.output, Object.entries(graph.labels).sort()])
}

function digest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(value))))
}

/** Objects as sorted pairs, so that the order of keys does not matter. */
function canonical(value: ArgValue | Readonly<Record<string, ArgValue>>): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, canonical(item)])
}
