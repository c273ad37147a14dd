import { printCall } from '../registry/construct.ts'
import { type Graph, type GraphNode, inputId, type NodeId, nodeOf, printShape } from './graph.ts'

/** A graph as text, one line a node: for golden tests and for eyes. */
export function printGraph(graph: Graph): string {
  const { shape, range } = graph.input
  const nameOf = (id: NodeId) => (id === inputId ? 'input' : nodeOf(graph, id).name)
  const lines = graph.nodes.map((node) => printNode(node, node.inputs.map(nameOf)))
  return [
    `${graph.network}: input ${printShape(shape)} in [${range.join(', ')}]`,
    ...lines,
    `output ${nameOf(graph.output)}`,
    '',
  ].join('\n')
}

function printNode(node: GraphNode, inputs: readonly string[]): string {
  const { label, repetition, scopes, statement } = node.origin
  const notes = [
    `statement ${statement}`,
    node.role === 'layer' ? '' : node.role,
    repetition.length === 0 ? '' : `repetition ${repetition.join('.')}`,
    scopes.length === 0 ? '' : `in ${scopes.map(({ name }) => name).join(' > ')}`,
    label === undefined ? '' : `as ${label}`,
  ]
  const call = printCall(node.call)
  return `  ${node.name}: ${call} of ${inputs.join(', ')} → ${printShape(node.shape)}  // ${notes.filter((note) => note !== '').join(', ')}`
}
