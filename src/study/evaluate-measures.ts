import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Victim } from '../attacks/victim.ts'
import type { Graph, NodeId } from '../graph/graph.ts'
import { measures } from '../measures/index.ts'
import { entryOf, printCall, type ResolvedCall } from '../registry/construct.ts'
import { sumOf } from '../training/sum-of.ts'
import type { Outputs } from './evaluate-network.ts'

/** One entry of a protocol's `measure` line, bound to a network. */
export interface BoundMeasure {
  /** In `SweepPoint.measures`: the name, or the whole call where two of the line share it. */
  readonly key: string
  readonly node: NodeId | null
  /** Of every image, [B], the caller's to dispose; `images` are the perturbed ones. */
  perImage(victim: Victim, clean: Outputs, perturbed: Outputs, images: Tensor4D, labels: Tensor1D): Tensor1D
}

export function bindMeasures(calls: readonly ResolvedCall[], graph: Graph): BoundMeasure[] {
  return calls.map((call) => {
    const spec = entryOf(measures, call)
    const node = spec.node?.(call.args, graph) ?? null
    const shared = calls.filter(({ name }) => name === call.name).length > 1
    return {
      key: shared ? printCall(call) : call.name,
      node,
      perImage: (victim, clean, perturbed, images, labels) =>
        victim.tf.tidy(() =>
          spec.perImage(call.args, victim.tf, {
            labels,
            logits: perturbed.logits,
            activations: node === null ? null : activationsAt(node, clean, perturbed),
            inputGradient: () => victim.gradient(images, labels),
          }),
        ),
    }
  })
}

function activationsAt(node: NodeId, clean: Outputs, perturbed: Outputs) {
  const pair = { clean: clean.activations.get(node), perturbed: perturbed.activations.get(node) }
  if (pair.clean === undefined || pair.perturbed === undefined) throw new Error(`no activations of node ${node}`)
  return { clean: pair.clean, perturbed: pair.perturbed }
}

/** Sums over images by key, in float64. */
export interface Tally {
  add(key: string, perImage: Tensor1D): Promise<void>
  /** Sums divided by the number of images. */
  means(images: number): Readonly<Record<string, number>>
}

export function createTally(): Tally {
  const sums = new Map<string, number>()
  return {
    async add(key, perImage) {
      sums.set(key, (sums.get(key) ?? 0) + (await sumOf(perImage)))
    },
    means: (images) => Object.fromEntries([...sums].map(([key, sum]) => [key, sum / images])),
  }
}
