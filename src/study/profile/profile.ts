import type { Account, Entry, Pass } from './clock.ts'

/** One pass of a layer, or a part of a step. */
export interface PassProfile {
  /** Median over the profiled steps. */
  readonly ms: number
  /** How often each kernel ran in one step, the first one first. */
  readonly kernels: Readonly<Record<string, number>>
}

/** A layer's share of a training step. */
export interface LayerProfile {
  /** The node's name in the graph. */
  readonly name: string
  readonly forward: PassProfile
  readonly backward: PassProfile
  /** Of what it puts out for the batch. */
  readonly outputBytes: number
  /** Of its weights and moving averages. */
  readonly weightBytes: number
}

/** What one step of training costs, and where. */
export interface StepProfile {
  /** Images in the batch. */
  readonly batch: number
  /** Steps that the medians are over. */
  readonly steps: number
  /** In forward order. */
  readonly layers: readonly LayerProfile[]
  readonly loss: { readonly forward: PassProfile; readonly backward: PassProfile }
  readonly optimizer: PassProfile
  /** Drawing, augmenting and uploading the batch. */
  readonly data: PassProfile
  /** Freeing activations and gradients. */
  readonly freeing: PassProfile
  /** The sum over all of the above. On a busy machine it is below the median of the steps: what hits a step rarely hits one layer twice. */
  readonly totalMs: number
  /** Median of the profiled steps, each a sum of its parts. */
  readonly profiledStepMs: number
  /** Median of as many ordinary steps, taken in turns with the profiled ones: without a wait after each layer. */
  readonly stepMs: number
  /** Most bytes that tensors held during an ordinary step, weights, optimizer state and batch included. */
  readonly peakBytes: number
}

/** Adds up the entries of each step for one account and pass. */
export function readPass(steps: readonly (readonly Entry[])[], account: Account, pass: Pass): PassProfile {
  const entries = steps.map((step) => step.filter((entry) => entry.account === account && entry.pass === pass))
  const kernels: Record<string, number> = {}
  for (const name of entries.at(-1)?.flatMap((entry) => entry.kernels) ?? []) kernels[name] = (kernels[name] ?? 0) + 1
  return { ms: medianOf(entries.map((step) => step.reduce((sum, { ms }) => sum + ms, 0))), kernels }
}

/** The middle value; of an even number, the mean of the middle two. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return middle.reduce((sum, value) => sum + value, 0) / middle.length
}
