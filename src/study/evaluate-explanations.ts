import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { tf, viewLayer } from '../backends/tfjs/index.ts'
import type { Dataset, Split } from '../data/dataset.ts'
import { explanations } from '../explain/index.ts'
import { overlayHeat } from '../explain/overlay.ts'
import type { Graph, NodeId } from '../graph/graph.ts'
import { entryOf, printCall, type ResolvedCall } from '../registry/construct.ts'
import { batchesInOrder, disposeBatch, makeBatch } from '../training/image-batch.ts'
import type { ExplainedImages } from './results.ts'

/** Images at a time: the activations of all layers are kept for the gradient. */
const batchSize = 16

/** Each `explain` of the protocol: heat maps over clean test images, for the class that the network takes each for. */
export async function explainImages(
  calls: readonly ResolvedCall[],
  { model, graph, dataset }: { readonly model: LayersModel; readonly graph: Graph; readonly dataset: Dataset },
): Promise<readonly ExplainedImages[]> {
  const explained: ExplainedImages[] = []
  for (const call of calls) {
    const node = entryOf(explanations, call).node(call.args, graph)
    // The check of the study has seen to it.
    if (node === null) throw new Error(`${call.name} has no layer to look at in ${graph.network}`)
    const indices = inTurnOfClasses(dataset.test, Number(call.args.images))
    const images: ExplainedImages['images'][number][] = []
    for (const places of batchesInOrder(indices.length, batchSize)) {
      const batch = [...places].map((place) => indices[place] ?? 0)
      images.push(...(await explainBatch(call, node, batch, model, graph, dataset)))
    }
    explained.push({ call: printCall(call), images })
  }
  return explained
}

async function explainBatch(
  call: ResolvedCall,
  node: NodeId,
  indices: readonly number[],
  model: LayersModel,
  graph: Graph,
  dataset: Dataset,
): Promise<ExplainedImages['images']> {
  const batch = makeBatch(tf, dataset, dataset.test, indices)
  const { heat, classes } = tf.tidy(() => lookAt(call, node, batch.images, model, graph))
  disposeBatch(batch)
  const [maps, predicted] = await Promise.all([heat.data<'float32'>(), classes.data()])
  tf.dispose([heat, classes])
  const [, height, width] = heat.shape
  return indices.map((index, place) => {
    const pixels = imageAt(dataset, index)
    const map = maps.subarray(place * height * width, (place + 1) * height * width)
    const overlay = overlayHeat({ shape: dataset.shape, pixels }, map, [height, width])
    return {
      index,
      label: nameOf(dataset, dataset.test.labels[index]),
      predicted: nameOf(dataset, predicted[place]),
      pixels: toBase64(pixels),
      overlay: toBase64(overlay.pixels),
    }
  })
}

function lookAt(call: ResolvedCall, node: NodeId, images: Tensor4D, model: LayersModel, graph: Graph) {
  const view = viewLayer(model, graph, node, images)
  const classes = tf.argMax<Tensor1D>(view.logits(view.activations), 1)
  return { heat: entryOf(explanations, call).heat(call.args, tf, view, classes), classes }
}

/** The first image of each class, then the second of each … in the order of the test set. */
function inTurnOfClasses({ labels }: Split, count: number): readonly number[] {
  const seen = new Map<number, number>()
  const turns: number[][] = []
  for (const [index, label] of labels.entries()) {
    const turn = seen.get(label) ?? 0
    seen.set(label, turn + 1)
    const own = turns[turn]
    if (own === undefined) turns[turn] = [index]
    else own.push(index)
  }
  return turns.flat().slice(0, count)
}

function imageAt({ test, shape }: Dataset, index: number): Uint8Array {
  const size = shape[0] * shape[1] * shape[2]
  return test.images.subarray(index * size, (index + 1) * size)
}

function nameOf({ classes }: Dataset, label: number | undefined): string {
  return classes[label ?? -1] ?? String(label)
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
