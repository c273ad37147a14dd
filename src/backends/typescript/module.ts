import { costOf, countOperations } from '../../graph/cost.ts'
import { type Graph, type GraphNode, type NodeId, printShape, shapeOf } from '../../graph/graph.ts'
import { hashGraph } from '../../graph/hash.ts'
import { printBrief } from '../../registry/print-brief.ts'
import { tfjsVersion, version } from '../../version.ts'
import { weightNames } from '../../weights/names.ts'
import { writeNetwork } from './body.ts'
import { noiseKey } from './code.ts'
import { type WrittenLayer, writeLayer } from './layer-code.ts'
import { type Line, mergeLines, textOf } from './lines.ts'
import { addToRecord, childAt, createRecord, type RecordPath, type RecordTree, recordPath } from './record.ts'
import { printNoiseTable, printWeightTable } from './tables.ts'
import { type DefineItem, nestNodes } from './tree.ts'
import { createRecordTypes, fresh, pascal, type RecordType, type RecordTypes } from './types.ts'
import type { Writing, WrittenFunction } from './values.ts'

/** A network as the parts of a module, before they are laid out. */
export interface ModuleParts {
  readonly architecture: readonly string[]
  readonly types: readonly RecordType[]
  readonly functions: readonly FunctionPart[]
  /** `forward`, and the network that it runs. */
  readonly forward: readonly FunctionPart[]
  readonly tables: readonly string[]
  /** Declarations that are written already: custom layers. */
  readonly classes?: readonly string[]
}

export interface FunctionPart {
  readonly doc: readonly string[]
  readonly name: string
  readonly parameters: readonly string[]
  readonly result: string
  readonly lines: readonly Line[]
}

/** What a module needs to know of a variant. */
export interface Subject {
  readonly name: string
  /** The ablation, or the network itself. */
  readonly subject: string
  readonly graph: Graph
  /** It as a file of its own. */
  printPlain(): string
}

export interface EmitOptions {
  /** The equations as the paper prints them, where layers have them. */
  readonly literal: boolean
}

/** Names that modules have of their own. */
export const ownNames = [
  'tf',
  'tfl',
  'x',
  'h',
  'weights',
  'training',
  'architecture',
  'forward',
  'network',
  'weightTable',
  'noiseTable',
  'protocol',
  'createOptimizer',
  'trainStep',
  'fgsm',
]

/** Every layer of the network as code. */
export function writeLayers(variant: Subject, { literal }: EmitOptions): ReadonlyMap<NodeId, WrittenLayer> {
  return new Map(variant.graph.nodes.map((node) => [node.id, writeLayer(node, inputShapes(node, variant), literal)]))
}

/** A network as the parts of a module that computes with a record of weights. */
export function createParts(
  variant: Subject,
  layers: ReadonlyMap<NodeId, WrittenLayer>,
  runtimeNames: readonly string[],
): ModuleParts {
  const { graph } = variant
  const paths = new Map<NodeId, RecordPath>()
  const record = createRecord()
  for (const node of graph.nodes) {
    const written = layers.get(node.id)
    if (written === undefined) throw new Error(`${node.name} was not written`)
    const fields = written.weights.map(({ name, shape }) => ({ name, shape }))
    const all = written.draws ? [...fields, { name: noiseKey, shape: null }] : fields
    if (all.length === 0) continue
    paths.set(node.id, recordPath(node))
    addToRecord(record, recordPath(node), { kind: 'layer', layer: node.call.name, fields: all })
  }
  const taken = new Set([...runtimeNames, ...ownNames])
  const networkName = fresh(camel(graph.network), taken)
  const types = createRecordTypes(record, new Set(runtimeNames.filter((name) => name !== 'Weights')))
  const functions = new Map<string, FunctionPart>()
  const writing: Writing = {
    graph,
    record,
    layers,
    paths,
    consumers: findConsumers(variant),
    declaration: 'let h: tf.Tensor = ',
    layerFunction: (node) => hoistLayer(node, layers, types, record, paths, functions, taken),
    defineFunction: (item, written) => addDefine(item, written, variant, types, record, functions, taken),
    typeName: (path) => types.nameOf(childAt(record, path) ?? record),
  }
  const body = writeNetwork(nestNodes(graph), writing)
  return {
    architecture: printArchitecture(variant),
    types: types.list(),
    functions: [...functions.values()],
    forward: forwardParts(variant, body.lines, body.training, networkName),
    tables: printTables(graph, layers),
  }
}

export function printTables(graph: Graph, layers: ReadonlyMap<NodeId, WrittenLayer>): readonly string[] {
  const drawing = graph.nodes.filter(({ id }) => layers.get(id)?.draws)
  return [...printWeightTable(weightNames(graph)), ...(drawing.length > 0 ? printNoiseTable(drawing) : [])]
}

export function inputShapes(node: GraphNode, { graph }: Subject) {
  return node.inputs.map((id) => shapeOf(graph, id))
}

export function findConsumers({ graph }: Subject): readonly (readonly NodeId[])[] {
  const consumers: NodeId[][] = Array.from({ length: graph.nodes.length + 1 }, () => [])
  for (const node of graph.nodes) for (const id of node.inputs) consumers[id]?.push(node.id)
  return consumers
}

/** The function of a layer that is more than two operations, or another one while training. */
function hoistLayer(
  node: GraphNode,
  layers: ReadonlyMap<NodeId, WrittenLayer>,
  types: RecordTypes,
  record: RecordTree,
  paths: ReadonlyMap<NodeId, RecordPath>,
  functions: Map<string, FunctionPart>,
  taken: Set<string>,
): { readonly name: string; readonly training: boolean } | undefined {
  const written = layers.get(node.id)
  if (written === undefined || node.inputs.length !== 1) return undefined
  const { testing, training, spec } = written
  if (training === undefined && testing.statements.length === 0 && testing.size < 3) return undefined
  const path = paths.get(node.id)
  const tree = path === undefined ? undefined : childAt(record, path)
  const weights = tree === undefined ? [] : [`w: ${types.nameOf(tree)}`]
  const parameters = ['x: tf.Tensor', ...weights, ...(training === undefined ? [] : ['training: boolean'])]
  const lines = layerLines(written)
  const key = `${parameters.join()}\n${textOf(lines)}`
  const known = functions.get(key)
  if (known !== undefined) return { name: known.name, training: training !== undefined }
  const name = fresh(camel(spec.name), taken)
  const doc = [`\`${printBrief(node.call)}\`: ${spec.doc}`]
  functions.set(key, { doc, name, parameters, result: 'tf.Tensor', lines })
  return { name, training: training !== undefined }
}

function layerLines({ testing, training }: WrittenLayer): readonly Line[] {
  const text = (value: string): Line => ({ kind: 'text', text: value, shapes: [] })
  const own = [...testing.statements.map(text), text(`return ${testing.result}`)]
  if (training === undefined) return own
  if (training.statements.length === 0 && testing.statements.length === 0) {
    return [text(`return training ? ${training.result} : ${testing.result}`)]
  }
  const inner = [...training.statements.map(text), text(`return ${training.result}`)]
  return [{ kind: 'block', head: 'if (training)', body: inner }, ...own]
}

function addDefine(
  item: DefineItem,
  written: WrittenFunction,
  { graph }: Subject,
  types: RecordTypes,
  record: RecordTree,
  functions: Map<string, FunctionPart>,
  taken: Set<string>,
): string {
  const tree = written.base === null ? undefined : childAt(record, written.base)
  const parameters = [
    'x: tf.Tensor',
    ...(tree === undefined ? [] : [`w: ${types.nameOf(tree)}`]),
    ...written.extra.map(({ name }) => `${name}: tf.Tensor`),
    ...(written.training ? ['training: boolean'] : []),
  ]
  const key = `${item.name} ${parameters.join()}\n${textOf(written.lines)}`
  const known = functions.get(key)
  const first = item.nodes[0]
  const shapes =
    first === undefined
      ? ''
      : `${printShape(shapeOf(graph, first.inputs[0] ?? 0))} to ${printShape(item.nodes.at(-1)?.shape ?? [])}`
  if (known !== undefined) {
    const [text = ''] = known.doc
    const doc = [text.includes(shapes) ? text : text.replace(/\.$/, `, ${shapes}.`)]
    functions.set(key, { ...known, doc, lines: mergeLines([known.lines, written.lines]) })
    return known.name
  }
  const name = fresh(camel(item.name), taken)
  const doc = [`\`${item.name}\`: ${shapes}.`]
  functions.set(key, { doc, name, parameters, result: 'tf.Tensor', lines: written.lines })
  return name
}

export function camel(text: string): string {
  const name = pascal(text)
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`
}

function forwardParts(
  { graph }: Subject,
  lines: readonly Line[],
  training: boolean,
  name: string,
): readonly FunctionPart[] {
  const output = shapeOf(graph, graph.output)
  const [low, high] = graph.input.range
  const result = output.length === 1 ? 'tf.Tensor2D' : 'tf.Tensor4D'
  const options = training ? '{ training = false }: ForwardOptions = {}' : '_options: ForwardOptions = {}'
  const args = ['x', 'weights', ...(training ? ['training'] : [])]
  const call = `return tf.tidy(() => ${name}(${args.join(', ')}) as ${result})`
  return [
    {
      doc: [
        `x [B, ${graph.input.shape.join(', ')}] with values in [${low}, ${high}] to [B, ${output.join(', ')}].`,
        ...(training ? ['While training, dropout and noise draw, and moving statistics move.'] : []),
      ],
      name: 'forward',
      parameters: ['x: tf.Tensor4D', 'weights: Weights', options],
      result,
      lines: [{ kind: 'text', text: call, shapes: [] }],
    },
    {
      doc: [],
      name,
      parameters: ['x: tf.Tensor', 'weights: Weights', ...(training ? ['training: boolean'] : [])],
      result: 'tf.Tensor',
      lines,
    },
  ]
}

export function describeModule({ name, subject, graph }: Subject, packages: readonly string[]): string {
  const title = name === subject ? name : `${name} (${subject} of ${graph.network})`
  const needs = packages.map((name, index) => (index === 0 ? name : name.replace('@tensorflow/', ''))).join(' and ')
  return `${title}, written by wmnet ${version}. It needs ${needs} ${tfjsVersion} and nothing else.`
}

export function printArchitecture(variant: Subject): readonly string[] {
  const { graph, name } = variant
  const { parameters, cost } = costOf(graph)
  const source = variant.printPlain().replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')
  return [
    'export const architecture = {',
    `  name: '${name}',`,
    `  network: '${graph.network}',`,
    `  input: [${graph.input.shape.join(', ')}],`,
    `  output: [${shapeOf(graph, graph.output).join(', ')}],`,
    `  parameters: ${parameters.total},`,
    `  trainableParameters: ${parameters.trainable},`,
    '  /** Of one image, 2 for a multiply–add, as the source is written. */',
    `  flops: ${countOperations(cost, 'written').flops},`,
    '  /** What the network computes: equal networks have equal hashes. */',
    `  hash: '${hashGraph(graph)}',`,
    '  /** As a file for wmnet. */',
    `  source: \`${source}\`,`,
    '} as const',
  ]
}
