import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { explanations } from '../explain/index.ts'
import { type ByteImage, overlayHeat } from '../explain/overlay.ts'
import { type Graph, type NodeId, nodeOf } from '../graph/graph.ts'
import { entryOf, type ResolvedCall } from '../registry/construct.ts'

/** What a network takes an image for. */
export interface Prediction {
  /** The output with the largest logit. */
  readonly best: number
  /** Of each class, 0..1: the softmax of the logits, or the outputs of a network that ends in `softmax` itself. */
  readonly probabilities: readonly number[]
  /** Where it sees the class, laid over the image; null where that was not asked for. */
  readonly overlay: ByteImage | null
}

export interface PredictedNetwork {
  readonly model: LayersModel
  readonly graph: Graph
  readonly classes: readonly string[]
}

/** Images at a time: each keeps all activations of the network. */
const batchSize = 32

/**
 * What the network takes each image [H, W, C] of bytes for; byte b stands for low + (high − low)·b/255 of the input's range. With
 * `explain`, a call of the `explain` registry, it shows where. Throws a DiagnosticError: WM1007 where the network has no layer to look
 * at, WM1004 where its outputs are not finite.
 */
export async function predictImages(
  network: PredictedNetwork,
  images: readonly ByteImage[],
  explain: ResolvedCall | null = null,
): Promise<readonly Prediction[]> {
  const node = explain === null ? null : findNode(explain, network.graph)
  const predictions: Prediction[] = []
  for (let start = 0; start < images.length; start += batchSize) {
    const batch = images.slice(start, start + batchSize)
    predictions.push(
      ...(await predictBatch(network, batch, explain === null || node === null ? null : { explain, node })),
    )
  }
  return predictions
}

interface Look {
  readonly explain: ResolvedCall
  readonly node: NodeId
}

async function predictBatch(
  { model, graph }: PredictedNetwork,
  images: readonly ByteImage[],
  look: Look | null,
): Promise<readonly Prediction[]> {
  const { tf } = await import('../backends/tfjs/index.ts')
  const input = tf.tensor4d(decode(images, graph), [images.length, ...dimensions(graph)])
  const outputs = tf.tidy(() => model.apply(input, { training: false }) as Tensor2D)
  const rows = chunk(await outputs.data<'float32'>(), images.length)
  outputs.dispose()
  const best = rows.map(indexOfLargest)
  const heats = look === null ? null : await heatOf(model, graph, look, input, best)
  input.dispose()
  return rows.map((row, place): Prediction => {
    const image = images[place]
    const heat = heats?.maps[place]
    const overlay = image === undefined || heat === undefined ? null : overlayHeat(image, heat, heats?.size ?? [1, 1])
    return { best: best[place] ?? 0, probabilities: toProbabilities(row, graph), overlay }
  })
}

async function heatOf(
  model: LayersModel,
  graph: Graph,
  { explain, node }: Look,
  images: Tensor4D,
  best: readonly number[],
) {
  const { tf, viewLayer } = await import('../backends/tfjs/index.ts')
  const spec = entryOf(explanations, explain)
  const heat = tf.tidy(() => {
    const view = viewLayer(model, graph, node, images)
    return spec.heat(explain.args, tf, view, tf.tensor1d([...best], 'int32'))
  })
  const maps = chunk(await heat.data<'float32'>(), best.length)
  heat.dispose()
  const [, height, width] = heat.shape
  return { maps, size: [height, width] as const }
}

function findNode(explain: ResolvedCall, graph: Graph): NodeId {
  const { layer } = explain.args
  const node = entryOf(explanations, explain).node(explain.args, graph)
  const labels = Object.keys(graph.labels)
  if (node === null) {
    const known = labels.length === 0 ? 'it has no labels' : `its labels: ${labels.join(', ')}`
    const missing = layer === null ? 'has no convolutional layer' : `has no layer labelled '${layer}'`
    throw new DiagnosticError([error('WM1007', `${graph.network} ${missing}`, { hints: [known] })])
  }
  const { shape } = nodeOf(graph, node)
  if (shape.length === 3) return node
  throw new DiagnosticError([
    error('WM1007', `'${layer}' of ${graph.network} puts out ${shape.join('x')}, wanted a map`),
  ])
}

function decode(images: readonly ByteImage[], { input }: Graph): Float32Array {
  const [low, high] = input.range
  const size = input.shape.reduce((product, dim) => product * dim, 1)
  const values = new Float32Array(images.length * size)
  for (const [place, { pixels }] of images.entries()) {
    if (pixels.length !== size) throw new Error(`${pixels.length} bytes for an input of ${input.shape.join('x')}`)
    for (const [at, byte] of pixels.entries()) values[place * size + at] = low + ((high - low) * byte) / 255
  }
  return values
}

function dimensions({ input }: Graph): [number, number, number] {
  const [height = 0, width = 0, channels = 0] = input.shape
  return [height, width, channels]
}

function chunk(values: Float32Array, count: number): readonly Float32Array[] {
  const size = values.length / count
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size))
}

function indexOfLargest(row: Float32Array): number {
  return row.reduce((best, value, index) => (value > (row[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0)
}

function toProbabilities(row: Float32Array, graph: Graph): readonly number[] {
  if (!row.every(Number.isFinite)) {
    throw new DiagnosticError([
      error(
        'WM1004',
        `${graph.network} puts out numbers that are not finite: its weights are not those of a trained network`,
      ),
    ])
  }
  if (nodeOf(graph, graph.output).call.name === 'softmax') return [...row]
  const most = Math.max(...row)
  const exponentials = Array.from(row, (value) => Math.exp(value - most))
  const sum = exponentials.reduce((total, value) => total + value, 0)
  return exponentials.map((value) => value / sum)
}
