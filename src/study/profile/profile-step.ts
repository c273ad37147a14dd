import type { NamedTensorMap, Scalar, Tensor, Tensor2D, TensorContainer, Variable } from '@tensorflow/tfjs-core'
import type { LayersModel, layers as tflLayers } from '@tensorflow/tfjs-layers'
import { applyLayer, layersAfter, onlyTensor, type Results, resultOf } from '../../backends/tfjs/apply-layers.ts'
import { tf } from '../../backends/tfjs/index.ts'
import { disposeTapes, recordTape, startBackward, type Tape } from '../../backends/tfjs/profile/tape.ts'
import type { Graph, GraphNode, NodeId } from '../../graph/graph.ts'
import { disposeBatch, type ImageBatch } from '../../training/image-batch.ts'
import type { Optimizer } from '../../training/optimizers/optimizer.ts'
import { trainableVariables } from '../../training/train-epoch.ts'
import type { Classifier } from '../../training/validate.ts'
import type { Account, Clock } from './clock.ts'

/** A network at the point where it takes a step of training. */
export interface Trainee {
  readonly graph: Graph
  readonly model: LayersModel
  readonly classifier: Pick<Classifier, 'perImageLoss'>
  readonly optimizer: Optimizer
}

interface Recorded {
  readonly account: Account
  readonly tape: Tape
}

/**
 * Does what `takeStep` does to the model, to the last bit, but layer by layer on the clock. Gives the bytes of what each node put
 * out, by its id.
 */
export async function profileStep(
  trainee: Trainee,
  makeImages: () => ImageBatch,
  clock: Clock,
): Promise<ReadonlyMap<NodeId, number>> {
  const { model, optimizer } = trainee
  const batch = await clock.time('data', 'forward', makeImages)
  const recorded: Recorded[] = []
  try {
    return await inScope(clock, async () => {
      const bytes = new Map<NodeId, number>()
      const loss = await inScope(clock, () => runForward(trainee, batch, clock, recorded, bytes))
      const variables = trainableVariables(model)
      const gradients = await inScope(clock, () => runBackward(loss, recorded, variables, clock))
      await clock.time('optimizer', 'forward', () => optimizer.step(variables, gradients))
      return bytes
    })
  } finally {
    disposeTapes(recorded.map(({ tape }) => tape))
    disposeBatch(batch)
  }
}

async function runForward(
  { graph, model, classifier }: Trainee,
  { images, labels }: ImageBatch,
  clock: Clock,
  recorded: Recorded[],
  bytes: Map<NodeId, number>,
): Promise<Scalar> {
  const timed = async <T>(account: Account, work: () => T): Promise<T> => {
    const { result, tape } = await clock.time(account, 'forward', () => recordTape(work))
    recorded.push({ account, tape })
    return result
  }
  const results: Results = new Map([[onlyTensor(model.inputs), images]])
  for (const layer of layersAfter(model, results)) {
    const node = nodeOfLayer(graph, layer)
    const output = await timed(node.id, () => applyLayer(layer, results, true))
    if (layer.name === node.name) bytes.set(node.id, bytesOf(output))
  }
  const logits = resultOf(results, onlyTensor(model.outputs)) as Tensor2D
  return timed('loss', () => tf.mean<Scalar>(classifier.perImageLoss(logits, labels)))
}

/** Leaves no tapes in `recorded`. */
async function runBackward(
  loss: Scalar,
  recorded: Recorded[],
  variables: readonly Variable[],
  clock: Clock,
): Promise<NamedTensorMap> {
  const tapes = recorded.map(({ tape }) => tape)
  const backward = await clock.time('loss', 'backward', () => startBackward(loss, tapes, variables))
  for (const { account, tape } of recorded.toReversed()) {
    await clock.time(account, 'backward', () => backward.through(tape))
  }
  await clock.time('freeing', 'forward', () => disposeTapes(tapes))
  recorded.length = 0
  return backward.gradients()
}

/** A node's own layer has its name, the auxiliary ones of a stock layer have it with a suffix: `conv_1_pad`. */
export function nodeOfLayer(graph: Graph, layer: tflLayers.Layer): GraphNode {
  const own = graph.nodes.find(({ name }) => name === layer.name)
  const node = own ?? graph.nodes.find(({ name }) => layer.name.startsWith(`${name}_`))
  if (node === undefined) throw new Error(`layer ${layer.name} belongs to no node`)
  return node
}

function bytesOf({ size, dtype }: Tensor): number {
  return size * tf.util.bytesPerElement(dtype)
}

/** `tf.tidy` for work that waits. Nothing else may use tfjs meanwhile. */
async function inScope<T extends TensorContainer | ReadonlyMap<NodeId, number>>(
  clock: Clock,
  work: () => Promise<T>,
): Promise<T> {
  const engine = tf.engine()
  engine.startScope()
  let result: T
  try {
    result = await work()
  } catch (caught) {
    engine.endScope()
    throw caught
  }
  await clock.time('freeing', 'forward', () => engine.endScope(result as TensorContainer))
  return result
}
