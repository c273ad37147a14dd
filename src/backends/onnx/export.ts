import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { elements } from '../../graph/cost.ts'
import type { Graph } from '../../graph/graph.ts'
import { version } from '../../version.ts'
import { weightNames } from '../../weights/names.ts'
import type { Weights } from '../../weights/weights.ts'
import { asWritten } from './arrangement.ts'
import { encode } from './encode.ts'
import { createGraphWriter } from './graph-writer.ts'
import { infoMessage, nodeMessage } from './messages.ts'
import { type graphSchema, type Message, modelSchema } from './schema.ts'
import { writeLayers } from './walk.ts'

/** What an ONNX file says of itself; the variants of a compiled program are of this type. */
export interface OnnxSubject {
  /** The variant's name. */
  readonly name: string
  /** The ablation (or the network itself) that it belongs to. */
  readonly subject: string
  /** What is written: the variant's, or what passes have made of it. */
  readonly graph: Graph
  /** Of the variant's graph. */
  readonly hash: string
  /** The variant as a `.wmnet` file of its own. */
  printPlain(): string
}

/** What else there is to say. */
export interface OnnxNotes {
  /** Where the weights come from. */
  readonly weights?: string
  /** The outputs' names, in their order. */
  readonly classes?: readonly string[]
  /** The passes that made the graph of the variant's, in their order. */
  readonly passes?: readonly string[]
}

/** Of 2022: what reads ONNX reads these. */
const irVersion = 8
const opset = 17

/** Protobuf's limit for a message. */
const maxBytes = 2 ** 31 - 1

/**
 * The network at inference as an ONNX model of float32: from `input` [N, …input shape], values in the range that the network declares,
 * to `output` [N, …output shape], as the tfjs model takes and gives them. N, the size of the batch, is free.
 *
 * @param weights by the names of `weightNames`, each row by row. The file's initializers are called the same, their axes in ONNX's order.
 * @throws DiagnosticError WM1050 where protobuf cannot hold the model
 */
export function exportOnnx(subject: OnnxSubject, weights: Weights, notes: OnnxNotes = {}): Uint8Array {
  requireFits(subject.graph)
  const bytes = encode(modelSchema, describeModel(subject, weights, notes))
  if (bytes.length > maxBytes) throw tooLarge(subject.graph, bytes.length)
  return bytes
}

/** Throws WM1050 where the weights alone are too large for an ONNX file: can be asked before there are any. */
export function requireFits(graph: Graph): void {
  const bytes = weightNames(graph).reduce((sum, { shape }) => sum + 4 * elements(shape), 0)
  if (bytes > maxBytes) throw tooLarge(graph, bytes)
}

function tooLarge({ network }: Graph, bytes: number): DiagnosticError {
  const [found, most] = [bytes, maxBytes].map((count) => count.toLocaleString('en-US'))
  return new DiagnosticError([error('WM1050', `${network} takes ${found} bytes, an ONNX file holds at most ${most}`)])
}

function describeModel(subject: OnnxSubject, weights: Weights, notes: OnnxNotes): Message<typeof modelSchema> {
  const { graph, name, subject: owner } = subject
  const title = name === owner ? name : `${name} (${owner} of ${graph.network})`
  const metadata = {
    'wmnet.version': version,
    'wmnet.network': graph.network,
    'wmnet.variant': name === owner ? name : `${owner}.${name}`,
    'wmnet.graph_hash': subject.hash,
    'wmnet.input_range': JSON.stringify(graph.input.range),
    'wmnet.source': subject.printPlain(),
    ...(notes.passes === undefined ? {} : { 'wmnet.passes': JSON.stringify(notes.passes) }),
    ...(notes.weights === undefined ? {} : { 'wmnet.weights': notes.weights }),
    ...(notes.classes === undefined ? {} : { 'wmnet.classes': JSON.stringify(notes.classes) }),
  }
  return {
    ir_version: irVersion,
    producer_name: 'wmnet',
    producer_version: version,
    doc_string: title,
    graph: describeGraph(graph, weights),
    opset_import: [{ domain: '', version: opset }],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }
}

function describeGraph(graph: Graph, weights: Weights): Message<typeof graphSchema> {
  const [input, output] = ['input', 'output']
  const writer = createGraphWriter()
  const result = writeLayers(graph, input, weights, writer)
  const last = writer.arrange(result, asWritten(result.shape.length))
  // A node of its own, since a network may put out what another of its layers goes on with, or its input.
  const identity = nodeMessage({ name: output, operator: 'Identity', inputs: [last], attributes: {}, doc: '' })
  const doc = `values in [${graph.input.range.join(', ')}]${graph.input.shape.length === 3 ? ', channels last' : ''}`
  return {
    node: [...writer.nodes, identity],
    name: graph.network,
    initializer: [...writer.initializers.values()],
    input: [infoMessage({ name: input, shape: ['N', ...graph.input.shape], doc })],
    output: [infoMessage({ name: output, shape: ['N', ...result.shape] })],
    value_info: writer.infos.map(infoMessage),
  }
}
