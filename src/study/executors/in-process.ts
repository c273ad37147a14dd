import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Executor, TrialFailure } from './executor.ts'

/** One trial after the other in this process. */
export const runInProcess: Executor = async (jobs, events, signal) => {
  const { runTrial } = await import('../trial.ts')
  for (const job of jobs) {
    if (signal.aborted) return
    events.onStart(job)
    try {
      const outcome = await runTrial(job, { signal, onProgress: (progress) => events.onProgress(job, progress) })
      events.onDone(job, outcome)
    } catch (caught) {
      if (signal.aborted) return
      events.onFailure(job, failureOf(caught))
    }
  }
}

export function failureOf(caught: unknown): TrialFailure {
  if (caught instanceof DiagnosticError) return { kind: 'diagnostics', diagnostics: caught.diagnostics }
  return { kind: 'bug', stack: caught instanceof Error ? (caught.stack ?? caught.message) : String(caught) }
}
