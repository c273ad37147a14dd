import { type Diagnostic, error, type Staged } from '../diagnostics/diagnostic.ts'
import { type Graph, printShape } from '../graph/graph.ts'
import { hashGraph } from '../graph/hash.ts'
import { version } from '../version.ts'
import { type NamedWeight, weightNames } from './names.ts'
import { readSafetensors } from './read-safetensors.ts'
import { type Safetensors, writeSafetensors } from './safetensors.ts'

/** A network's weights by name (`weightNames`), each row by row. */
export type Weights = ReadonlyMap<string, Float32Array>

const format = 'wmnet.weights/1'

/** Names that a message lists. */
const maxListed = 6

/**
 * The weights as a safetensors file: every weight of the graph, float32, in the graph's order, and in `__metadata__` which network
 * they are of. Throws where `weights` are not the graph's.
 */
export function encodeWeights(graph: Graph, weights: Weights): Uint8Array {
  const tensors = weightNames(graph).map(({ name, shape }) => {
    const values = weights.get(name)
    if (values === undefined) throw new Error(`no values for the weight ${name}`)
    return { name, shape, values }
  })
  const metadata = { format, wmnet: version, network: graph.network, graph_hash: hashGraph(graph) }
  return writeSafetensors({ metadata, tensors })
}

/**
 * Reads the graph's weights from a safetensors file, which need not be wmnet's own. A damaged file gives WM1001; one of another
 * network WM1002, with everything that does not match: the graph's hash, names that are missing or unknown, both shapes.
 *
 * @param file its name in messages
 */
export function decodeWeights(bytes: Uint8Array, graph: Graph, file: string): Staged<Weights | undefined> {
  const { value: content, diagnostics } = readSafetensors(bytes, file)
  if (content === undefined) return { value: undefined, diagnostics }
  const mismatches = compareWeights(content, graph).map((message) => error('WM1002', `${file}: ${message}`))
  if (mismatches.length > 0) return { value: undefined, diagnostics: withHints(mismatches, content, graph) }
  return { value: new Map(content.tensors.map(({ name, values }) => [name, values])), diagnostics: [] }
}

/** What does not match, one sentence a kind. */
function compareWeights({ metadata, tensors }: Safetensors, graph: Graph): readonly string[] {
  const wanted = weightNames(graph)
  const found = new Map(tensors.map(({ name, shape }) => [name, printShape(shape)]))
  const known = new Set(wanted.map(({ name }) => name))
  const missing = wanted.filter(({ name }) => !found.has(name)).map(describe)
  const unexpected = [...found].filter(([name]) => !known.has(name)).map(([name, shape]) => `${name} ${shape}`)
  const reshaped = wanted.flatMap(({ name, shape }) => {
    const other = found.get(name)
    return other === undefined || other === printShape(shape)
      ? []
      : [`${name} is ${other}, wanted ${printShape(shape)}`]
  })
  return [
    ...compareHashes(metadata, graph),
    ...(missing.length === 0 ? [] : [`lacks ${list(missing)}`]),
    ...(unexpected.length === 0 ? [] : [`has ${list(unexpected)}, which ${graph.network} does not`]),
    ...(reshaped.length === 0 ? [] : [list(reshaped, '; ')]),
  ]
}

/** A file that states no hash is another program's, and is taken if its names and shapes fit. */
function compareHashes(metadata: Safetensors['metadata'], graph: Graph): readonly string[] {
  const { graph_hash: stated, network = 'an unnamed network' } = metadata
  const own = hashGraph(graph)
  if (stated === undefined || stated === own) return []
  return [`is of ${network} with the graph ${brief(stated)}, wanted ${graph.network} with the graph ${brief(own)}`]
}

function withHints(found: readonly Diagnostic[], { metadata }: Safetensors, graph: Graph): readonly Diagnostic[] {
  if (metadata.graph_hash !== hashGraph(graph)) return found
  const hint =
    'the graphs agree: it is the same network written in other statements, and weights are named after statements'
  return found.map((diagnostic, index) => (index === 0 ? { ...diagnostic, hints: [hint] } : diagnostic))
}

function describe({ name, shape }: NamedWeight): string {
  return `${name} ${printShape(shape)}`
}

function list(items: readonly string[], separator = ', '): string {
  const rest = items.length - maxListed
  return rest <= 0 ? items.join(separator) : `${items.slice(0, maxListed).join(separator)} and ${rest} more`
}

/** As `wmnet variants` shows hashes. */
function brief(hash: string): string {
  return hash.slice(0, 8)
}
