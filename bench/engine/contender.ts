import type { BackendName } from '../../src/study/job.ts'

/** Of Table 1's small network: the layer in its three blocks. */
export const networks = ['cnn', 'smooth', 'smooth_k9', 'unsharp'] as const
export type NetworkName = (typeof networks)[number]

/**
 * Who computes the training step.
 * - `wmnet`: the model that wmnet builds, with wmnet's optimizer, as `wmnet run` trains it.
 * - `best`: stock tfjs with its own Adam; weight maps as one matrix product per pixel and a pooling.
 * - `literal`: stock tfjs with its own Adam; weight maps as the paper writes them, with every map of eq. 1 in memory.
 */
export type Formulation = 'wmnet' | 'best' | 'literal'

/** One network on one backend, computed in one way: a process of its own, so that kernels and heaps are not shared. */
export interface Contender {
  readonly network: NetworkName
  readonly formulation: Formulation
  readonly backend: BackendName
  readonly threads: number
  readonly batch: number
}

/** `wasm smooth (wmnet)` */
export function nameOf({ network, formulation, backend, threads }: Contender): string {
  return `${backend}${threads > 1 ? ` x${threads}` : ''} ${network} (${formulation})`
}

/** A training step that has been built: its images, weights and optimizer's state live on the backend. */
export interface TrainingStep {
  /** Forward, backward and update; resolves when all of it is done. Gives the loss before the update. */
  run(): Promise<number>
}

/** What a process is asked, and what it answers. */
export type Request =
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'memory' }
  | { readonly kind: 'kernels'; readonly milliseconds: number }

export type Answer =
  | { readonly kind: 'ready'; readonly loss: number; readonly description: string }
  | { readonly kind: 'time'; readonly millisecondsPerStep: number; readonly steps: number }
  | { readonly kind: 'memory'; readonly memory: StepMemory }
  | { readonly kind: 'kernels'; readonly seconds: Readonly<Record<string, number>> }
  | { readonly kind: 'failed'; readonly message: string }

export interface StepMemory {
  /** In arrays at the worst moment of one step; where the backend hides its arrays, in tensors, of which several can share one. */
  readonly peakBytes: number
  /** The same between two steps. */
  readonly restBytes: number
  /** What the backend's heap has grown to; null where it has none of its own. */
  readonly heapBytes: number | null
}
