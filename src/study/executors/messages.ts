import type { TrialJob, TrialOutcome, TrialProgress } from '../job.ts'
import type { TrialFailure } from './executor.ts'

/** What a worker process is told; sent with structured cloning, so that NaN and byte arrays arrive as they are. */
export interface WorkerRequest {
  readonly kind: 'train'
  readonly job: TrialJob
  /** Of the wasm backend. */
  readonly threads: number
}

/** What it answers, always about the job it was last told. */
export type WorkerReply =
  | { readonly kind: 'progress'; readonly progress: TrialProgress }
  | { readonly kind: 'done'; readonly outcome: TrialOutcome }
  | { readonly kind: 'failed'; readonly failure: TrialFailure }
