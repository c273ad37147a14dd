import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { TrialJob, TrialOutcome, TrialProgress } from '../job.ts'

/** Why a trial gave no result. */
export type TrialFailure =
  | { readonly kind: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] }
  /** An exception that is no diagnostic: a bug in wmnet. */
  | { readonly kind: 'bug'; readonly stack: string }

export interface TrialEvents {
  onStart(job: TrialJob): void
  onProgress(job: TrialJob, progress: TrialProgress): void
  onDone(job: TrialJob, outcome: TrialOutcome): void
  onFailure(job: TrialJob, failure: TrialFailure): void
}

/**
 * Trains jobs somewhere. Calls `onStart` and then `onDone` or `onFailure` for each job, in any order; when the signal
 * aborts it stops what is running, reports nothing more and resolves.
 */
export type Executor = (jobs: readonly TrialJob[], events: TrialEvents, signal: AbortSignal) => Promise<void>
