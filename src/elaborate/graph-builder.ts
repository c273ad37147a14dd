import type { Span } from '../diagnostics/diagnostic.ts'
import { elements } from '../graph/cost.ts'
import {
  type Graph,
  type GraphNode,
  inputId,
  type NodeId,
  type NodeRole,
  type ScopeTag,
  type Shape,
} from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerProblem, LayerSpec } from '../layers/layer.ts'
import { entryOf, type ResolvedCall } from '../registry/construct.ts'

/** A graph limit: each node costs memory in every later stage. */
export const maxNodes = 100_000

/** Grows a graph node by node; shapes are inferred as nodes are added. */
export interface GraphBuilder {
  readonly input: Graph['input']
  readonly nodes: GraphNode[]
  readonly labels: Map<string, NodeId>
  readonly counters: Map<string, number>
  statement: number
}

export interface Addition {
  readonly call: ResolvedCall
  readonly inputs: readonly NodeId[]
  readonly role: NodeRole
  readonly span: Span
  readonly repetition: readonly number[]
  readonly site: string
  readonly scopes: readonly ScopeTag[]
}

/** No array may have more elements: none of the backends could hold it. */
const maxElements = 2 ** 31

function findTooLarge(
  spec: LayerSpec,
  call: ResolvedCall,
  inputs: readonly Shape[],
  output: Shape,
): LayerProblem | undefined {
  if (elements(output) > maxElements) return reportTooLarge('puts out', output)
  const weight = spec.weights(call.args, inputs).find(({ shape }) => elements(shape) > maxElements)
  return weight === undefined ? undefined : reportTooLarge(`has a ${weight.name} of`, weight.shape)
}

function reportTooLarge(what: string, shape: Shape): LayerProblem {
  return { code: 'WM0360', message: `${what} ${shape.join('x')} numbers, more than ${maxElements}` }
}

export function createGraphBuilder(input: Graph['input']): GraphBuilder {
  return { input, nodes: [], labels: new Map(), counters: new Map(), statement: 0 }
}

/** What follows belongs to another statement; a statement that added nothing leaves no gap. */
export function endStatement(builder: GraphBuilder | undefined): void {
  if (builder?.nodes.at(-1)?.origin.statement === builder?.statement && builder !== undefined) builder.statement++
}

export function shapeAt(builder: GraphBuilder, id: NodeId): Shape {
  if (id === inputId) return builder.input.shape
  const node = builder.nodes[id - 1]
  if (node === undefined) throw new Error(`no node ${id} yet`)
  return node.shape
}

/** Adds a layer. Gives the new node's id, or what does not fit. `none` adds nothing and gives its input back. */
export function addNode(builder: GraphBuilder, addition: Addition): NodeId | LayerProblem {
  const { call, inputs } = addition
  const spec: LayerSpec = entryOf(layers, call)
  if (spec.elided) return inputs[0] ?? inputId
  const shapes = inputs.map((input) => shapeAt(builder, input))
  const result = spec.shape(call.args, shapes)
  if (!result.ok) return result.problem
  const tooLarge = findTooLarge(spec, call, shapes, result.shape)
  if (tooLarge !== undefined) return tooLarge
  const id = builder.nodes.length + 1
  const { role, span, repetition, site, scopes } = addition
  builder.nodes.push({
    id,
    name: nextName(builder, call.name),
    call,
    role,
    inputs,
    shape: result.shape,
    origin: { span, repetition, scopes, site, statement: builder.statement },
  })
  return id
}

/** Names the result of a statement. A name used again (in a loop) is numbered, as no user can write it: `stem#2`. */
export function addLabel(builder: GraphBuilder, label: string, id: NodeId): void {
  let name = label
  for (let count = 2; builder.labels.has(name); count++) name = `${label}#${count}`
  builder.labels.set(name, id)
  const node = builder.nodes[id - 1]
  if (node === undefined || node.origin.label !== undefined) return
  builder.nodes[id - 1] = { ...node, origin: { ...node.origin, label: name } }
}

export function finishGraph(builder: GraphBuilder, network: string, output: NodeId): Graph {
  return { network, input: builder.input, nodes: builder.nodes, output, labels: Object.fromEntries(builder.labels) }
}

function nextName(builder: GraphBuilder, kind: string): string {
  const base = kind.replaceAll('.', '_')
  const count = (builder.counters.get(base) ?? 0) + 1
  builder.counters.set(base, count)
  return `${base}_${count}`
}
