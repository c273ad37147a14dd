import { layers } from '../layers/index.ts'
import type { LayerSpec } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'
import { type Graph, inputId, printShape, shapeOf } from './graph.ts'

/**
 * The contract of the IR. Gives every breach; an empty list means that the graph is sound. A breach is
 * a bug in wmnet, never the user's fault: users' mistakes are found during elaboration.
 */
export function verifyGraph(graph: Graph): readonly string[] {
  const breaches: string[] = []
  const names = new Set<string>()
  const known = (id: number) => Number.isInteger(id) && id >= inputId && id <= graph.nodes.length
  if (graph.input.shape.length !== 3) breaches.push(`input has shape ${printShape(graph.input.shape)}`)
  if (!(graph.input.range[0] < graph.input.range[1])) breaches.push(`input range is ${graph.input.range.join('..')}`)
  graph.nodes.forEach((node, index) => {
    const at = `node ${node.id} (${node.name})`
    if (node.id !== index + 1) breaches.push(`${at} stands at place ${index + 1}`)
    if (names.has(node.name)) breaches.push(`${at} has the name of another node`)
    names.add(node.name)
    if (!/^[a-z0-9_]+$/.test(node.name)) breaches.push(`${at} has a name that tfjs cannot take`)
    const sound = node.inputs.length > 0 && node.inputs.every((id) => known(id) && id < node.id)
    if (!sound) breaches.push(`${at} takes ${node.inputs.join(', ')}: not all come before it`)
    else breaches.push(...verifyNode(graph, index, at))
  })
  if (!known(graph.output)) breaches.push(`the output is node ${graph.output}`)
  for (const [label, id] of Object.entries(graph.labels)) {
    if (!known(id)) breaches.push(`label ${label} names node ${id}`)
  }
  return breaches
}

function verifyNode(graph: Graph, index: number, at: string): readonly string[] {
  const node = graph.nodes[index]
  if (node === undefined) return []
  const spec: LayerSpec = entryOf(layers, node.call)
  const breaches: string[] = []
  if (spec.inputs === 'one' && node.inputs.length !== 1) breaches.push(`${at} takes ${node.inputs.length} inputs`)
  const missing = Object.entries(spec.params).filter(
    ([name, param]) => param.type.kind !== 'label' && node.call.args[name] === undefined,
  )
  if (missing.length > 0) breaches.push(`${at} misses ${missing.map(([name]) => name).join(', ')}`)
  const result = spec.shape(
    node.call.args,
    node.inputs.map((id) => shapeOf(graph, id)),
  )
  if (!result.ok) breaches.push(`${at} ${result.problem.message}`)
  else if (printShape(result.shape) !== printShape(node.shape)) {
    breaches.push(`${at} is ${printShape(node.shape)}, its rule says ${printShape(result.shape)}`)
  }
  return breaches
}
