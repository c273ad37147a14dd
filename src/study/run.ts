import { assembleResults, collectExamples, printResults } from './assemble.ts'
import type { Executor, TrialEvents, TrialFailure } from './executors/executor.ts'
import type { TrialHooks, TrialJob } from './job.ts'
import type { StudyPlan } from './plan.ts'
import type { StudyResults } from './results.ts'
import type { RunStore } from './store.ts'

interface RunOptions {
  readonly plan: StudyPlan
  readonly store: RunStore
  readonly execute: Executor
  /** The texts that the plan was made of. */
  readonly sources: StudyResults['sources']
  /** Observes the trials; a result is stored before its `onDone`. */
  readonly events: TrialEvents
  /** Stops the run after storing what is finished. */
  readonly signal: AbortSignal
}

export interface FailedTrial {
  readonly job: TrialJob
  readonly failure: TrialFailure
}

export interface RunOutcome {
  /** Null when no trial has finished. `complete` is false when some are missing. */
  readonly results: StudyResults | null
  /** Paths written at the end: results, report, figures. */
  readonly files: readonly string[]
  readonly failures: readonly FailedTrial[]
}

/**
 * Loads each dataset of the jobs once, so that it is fetched by one process alone and missing data is told before anything
 * is trained. Throws a DiagnosticError (WM06xx), or the signal's reason.
 */
export async function prepareData(jobs: readonly TrialJob[], hooks: TrialHooks): Promise<void> {
  const { loadTrialData } = await import('./trial-data.ts')
  const distinct = new Map(jobs.map((job) => [JSON.stringify([job.protocol.data, job.protocol.seed]), job]))
  for (const job of distinct.values()) await loadTrialData(job, hooks)
}

/** Trains what the store does not hold yet, then writes results.json and the report over all finished trials. */
export async function runStudy({ plan, store, execute, sources, events, signal }: RunOptions): Promise<RunOutcome> {
  const started = new Date()
  const failures: FailedTrial[] = []
  const missing = missingJobs(plan, store)
  // A result that cannot be stored ends the run: training on would be for nothing.
  const broken = new AbortController()
  let storeFailure: unknown
  const observed: TrialEvents = {
    ...events,
    onDone(job, outcome) {
      try {
        store.saveTrial(job, outcome, sources)
      } catch (caught) {
        storeFailure ??= caught
        broken.abort()
        return
      }
      events.onDone(job, outcome)
    },
    onFailure(job, failure) {
      failures.push({ job, failure })
      events.onFailure(job, failure)
    },
  }
  await execute(missing, observed, AbortSignal.any([signal, broken.signal]))
  if (storeFailure !== undefined) throw storeFailure
  if (plan.jobs.every((job) => !store.records.has(job.key))) return { results: null, files: [], failures }
  const seconds = (Date.now() - started.getTime()) / 1000
  const results = assembleResults({ plan, records: store.records, sources, started, seconds })
  return { results, files: await writeResults(results, plan, store), failures }
}

/** The trials that the store does not hold. */
export function missingJobs(plan: StudyPlan, store: RunStore): readonly TrialJob[] {
  return plan.jobs.filter((job) => !store.records.has(job.key))
}

async function writeResults(results: StudyResults, plan: StudyPlan, store: RunStore): Promise<readonly string[]> {
  const { renderReportFiles } = await import('../report/index.ts')
  const files = renderReportFiles(results, collectExamples(plan, store.records))
  return [
    store.saveFile('results.json', printResults(results)),
    ...files.map(({ path, content }) => store.saveFile(path, content)),
  ]
}
