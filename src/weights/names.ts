import { type Graph, type GraphNode, type NodeRole, type Shape, shapeOf } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerSpec, WeightSpec } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'

/** One weight array of a graph under the name that it has in files. */
export interface NamedWeight {
  /** Unique in the graph: `dense4.kernel`, `resblock1.2.residual0.conv1.bias`. */
  readonly name: string
  readonly node: GraphNode
  readonly weight: WeightSpec
  /** The weight's, for short. */
  readonly shape: Shape
}

/**
 * Every weight of the graph: nodes in topological order, a node's weights in the order in which its layer lists them,
 * which is that of tfjs's `getWeights()`.
 *
 * A name is the way to the layer in the source, and the weight: `for2.1.conv0.kernel` is the kernel of the `conv` that is
 * statement 0 in the first pass of the loop that is statement 2 of the network (its `input` is statement 0). It is made from
 * the node's site and role and not from `conv_1`, which counts what a variant adds or replaces elsewhere, and not from
 * labels, which a diff may leave on another result. So variants of a network share the names of all that they share.
 */
export function weightNames(graph: Graph): readonly NamedWeight[] {
  const named = graph.nodes.flatMap((node) => {
    const spec: LayerSpec = entryOf(layers, node.call)
    const inputs = node.inputs.map((id) => shapeOf(graph, id))
    const weights = spec.weights(node.call.args, inputs)
    const path = weights.length === 0 ? '' : layerPath(node)
    return weights.map((weight) => ({ name: `${path}.${weight.name}`, node, weight, shape: weight.shape }))
  })
  if (new Set(named.map(({ name }) => name)).size < named.length) throw new Error('two weights have one name')
  return named
}

/** What stands before a weight's own name: `resblock1.2.residual0.conv1`. Unique among the nodes that have weights. */
export function layerPath({ call, role, origin }: GraphNode): string {
  const path = readSite(origin.site)
  const kind = call.name.replaceAll('.', '_')
  // Behind what a diff put in (`layer1+0`) there is no place of its own.
  if (path.pending === '') return [...path.parts, kind].join('.')
  const own = role === 'layer' ? [fuse(kind, path.pending)] : [fuse(role, path.pending), kind]
  return [...path.parts, ...own].join('.')
}

interface SitePath {
  readonly parts: readonly string[]
  /** The last statement's place and repetition, which belong behind the next word: `1`, `1.2`. */
  readonly pending: string
}

/**
 * Puts a word before each statement's place. In a site, `/` separates: a place in a body, `#n` a repetition, a construct's or
 * define's name, `norm:name` a define as another role, `then`, `layer+0` what diff 0 put in, `~0` what diff 0 brought (no
 * statement has more than one of these at once, so it needs no word).
 */
function readSite(site: string): SitePath {
  const parts: string[] = []
  let pending = ''
  for (const segment of site.split('/')) {
    if (/^\d+$/.test(segment)) {
      if (pending !== '') parts.push(fuse('for', pending))
      pending = segment
    } else if (segment.startsWith('#')) pending += `.${segment.slice(1)}`
    else if (!segment.startsWith('~')) {
      parts.push(...wordsOf(segment, pending))
      pending = ''
    }
  }
  return { parts, pending }
}

function wordsOf(segment: string, place: string): readonly string[] {
  const inserted = /^(\w+)(\+\d+)$/.exec(segment)
  if (inserted !== null) return [`${fuse(inserted[1] ?? '', place)}${inserted[2]}`]
  const branch = /^branch (\d+)$/.exec(segment)
  if (branch !== null) return [fuse('parallel', place), `branch${branch[1]}`]
  const [word = '', role] = segment.split(':').reverse()
  if (role !== undefined) return place === '' ? [role, word] : [fuse(role, place), word]
  return [fuse(roleWords.has(word) ? `${word}_` : word, place)]
}

/** A define may have such a name; what a block takes as its norm must not be taken for it. */
const roleWords: ReadonlySet<string> = new Set<NodeRole | 'structure'>([
  'layer',
  'norm',
  'activation',
  'merge',
  'shortcut',
  'structure',
])

/** `conv` and `1.2` to `conv1.2`; a word that ends like a number keeps its end apart: `block1_2`. */
function fuse(word: string, place: string): string {
  return place !== '' && /[\d_]$/.test(word) ? `${word}_${place}` : `${word}${place}`
}
