import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { createVictim, type Victim } from '../attacks/victim.ts'
import type { Dataset } from '../data/dataset.ts'
import type { Graph, NodeId } from '../graph/graph.ts'
import { disposeBatch, type ImageBatch, makeBatch } from '../training/image-batch.ts'

/** What a forward pass leaves; the holder disposes it. */
export interface Outputs {
  readonly logits: tfc.Tensor2D
  /** Of the nodes that the measures compare. */
  readonly activations: ReadonlyMap<NodeId, tfc.Tensor>
}

/** A trained network in evaluation mode. */
export interface TestedNetwork {
  readonly graph: Graph
  readonly victim: Victim
  forward(images: tfc.Tensor4D): Outputs
}

/**
 * `activationModels` give [logits, activations] for each node that a measure compares; usually that is one, and one
 * pass then serves both.
 */
export function createTestedNetwork(
  tf: typeof tfc,
  graph: Graph,
  model: LayersModel,
  activationModels: ReadonlyMap<NodeId, LayersModel>,
): TestedNetwork {
  const logitsOf = (images: tfc.Tensor4D) => model.apply(images, { training: false }) as tfc.Tensor2D
  return {
    graph,
    victim: createVictim(tf, graph.input.range, logitsOf),
    forward(images) {
      const activations = new Map<NodeId, tfc.Tensor>()
      let logits: tfc.Tensor2D | undefined
      for (const [node, both] of activationModels) {
        const [first, second] = tf.tidy(() => both.apply(images, { training: false }) as tfc.Tensor[])
        if (first === undefined || second === undefined) throw new Error('an activation model gives two outputs')
        activations.set(node, second)
        if (logits === undefined) logits = first as tfc.Tensor2D
        else first.dispose()
      }
      return { logits: logits ?? tf.tidy(() => logitsOf(images)), activations }
    },
  }
}

export function disposeOutputs({ logits, activations }: Outputs): void {
  logits.dispose()
  for (const activation of activations.values()) activation.dispose()
}

/** Clean test images as sweeps start from them; they neither dispose nor change anything of it. */
export interface CleanBatch extends ImageBatch {
  /** Places in the test set. */
  readonly indices: readonly number[]
  /** ∇ₓ of the summed cross-entropy at the images; null for a protocol without attacks. */
  readonly gradient: tfc.Tensor4D | null
}

export function makeCleanBatch(
  { victim }: TestedNetwork,
  dataset: Dataset,
  indices: readonly number[],
  withGradient: boolean,
): CleanBatch {
  const batch = makeBatch(victim.tf, dataset, dataset.test, indices)
  return { ...batch, indices, gradient: withGradient ? victim.gradient(batch.images, batch.labels) : null }
}

export function disposeCleanBatch(batch: CleanBatch): void {
  disposeBatch(batch)
  batch.gradient?.dispose()
}

/** Bytes that the activations of one batch may take: forward and backward keep a few times as much. */
const activationBudget = 128 * 2 ** 20

/** Images per test batch: as many as fit the memory budget, 500 at most. A function of the graph alone. */
export function testBatchSize(graph: Graph): number {
  const elements = graph.nodes.reduce((sum, node) => sum + node.shape.reduce((product, size) => product * size, 1), 0)
  return Math.max(1, Math.min(500, Math.floor(activationBudget / (4 * elements))))
}
