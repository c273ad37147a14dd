import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Graph } from '../graph/graph.ts'
import type { Protocol } from './protocol.ts'
import type { DivergedTrial, EpochResult, ExampleImages, TrialResult } from './results.ts'

export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'

/** Everything one training needs, as plain JSON: it travels to a worker process. */
export interface TrialJob {
  /** Path-safe and unique in the study: `Table2-Quick/smooth/trial-1`. */
  readonly key: string
  readonly subject: string
  readonly variant: string
  /** From 1. */
  readonly trial: number
  readonly graph: Graph
  readonly protocol: Protocol
  readonly backend: BackendName
  readonly dataDir: string | null
}

/** A trial does not know the study's names; they are added when its files are put together. */
export type TrialExamples = Omit<ExampleImages, 'run'>

/** How a trial ended. That it diverged is a result too: the same job diverges again. */
export type TrialOutcome = TrainedOutcome | DivergedOutcome

export interface TrainedOutcome {
  readonly kind: 'trained'
  readonly result: TrialResult
  /** A tfjs LayersModel: topology and manifest, and the weights; and the weights as a safetensors file. */
  readonly model: { readonly json: string; readonly weights: Uint8Array; readonly safetensors: Uint8Array }
  /** From trial 1 only. */
  readonly examples: TrialExamples | null
  readonly images: ImageCounts
  readonly times: { readonly trainSeconds: number; readonly evaluateSeconds: number; readonly imagesPerSecond: number }
}

export interface DivergedOutcome {
  readonly kind: 'diverged'
  readonly result: DivergedTrial
  /** WM0850, for whoever watches. */
  readonly diagnostics: readonly Diagnostic[]
  readonly images: ImageCounts
}

interface ImageCounts {
  readonly train: number
  readonly validation: number
  readonly test: number
}

export type TrialProgress =
  | { readonly kind: 'loading'; readonly file: string; readonly received: number; readonly total: number | null }
  | {
      readonly kind: 'training'
      readonly epoch: number
      readonly epochs: number
      readonly batch: number
      readonly batches: number
      /** Running mean over the epoch so far. */
      readonly loss: number
      readonly imagesPerSecond: number
    }
  | { readonly kind: 'epoch'; readonly epochs: number; readonly result: EpochResult; readonly imagesPerSecond: number }
  | { readonly kind: 'evaluating'; readonly done: number; readonly total: number }

export interface TrialHooks {
  onProgress(progress: TrialProgress): void
  /** Checked between batches; the trial then rejects with the signal's reason. */
  readonly signal: AbortSignal
}
