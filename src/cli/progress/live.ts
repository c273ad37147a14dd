import { duration } from '../../report/format.ts'
import type { TrialJob } from '../../study/job.ts'
import type { StudyPlan } from '../../study/plan.ts'
import type { Terminal } from '../terminal.ts'
import type { ProgressDisplay } from './display.ts'
import { createScreen } from './screen.ts'
import {
  advance,
  describeFetching,
  describeOutcome,
  describeState,
  fractionOf,
  nameTrial,
  type TrialState,
} from './trial-line.ts'

/** One changing line per running trial and one for the whole; finished trials scroll away above. */
export function createLiveDisplay(terminal: Terminal, plan: StudyPlan, finished: number): ProgressDisplay {
  const screen = createScreen(terminal)
  const severalRuns = plan.runs.length > 1
  const width = Math.max(...plan.jobs.map((job) => nameTrial(job, severalRuns).length))
  const name = (job: TrialJob): string => nameTrial(job, severalRuns).padEnd(width)
  const running = new Map<string, TrialState>()
  const startedAt = Date.now()
  let done = finished

  const paint = (): void => {
    const states = [...running.values()]
    const total = { done, all: plan.jobs.length, before: finished, seconds: (Date.now() - startedAt) / 1000 }
    screen.draw([
      ...states.map((state) => `${name(state.job)}  ${describeState(state)}`),
      summarizeProgress(states, total),
    ])
  }
  const end = (job: TrialJob, text: string): void => {
    running.delete(job.key)
    screen.print(`${name(job)}  ${text}`)
    paint()
  }
  return {
    onFetch: (progress) => screen.isDue() && screen.draw([describeFetching(progress)]),
    onStart(job) {
      running.set(job.key, { job, progress: null, epoch: null })
      paint()
    },
    onProgress(job, progress) {
      const state = running.get(job.key)
      if (state !== undefined) running.set(job.key, advance(state, progress))
      if (screen.isDue()) paint()
    },
    onDone(job, outcome) {
      done += 1
      end(job, describeOutcome(outcome))
    },
    onFailure: (job) => end(job, 'failed'),
    note: screen.print,
    stop: screen.clear,
  }
}

interface Total {
  readonly done: number
  readonly all: number
  /** Finished before this process started. */
  readonly before: number
  /** Since it started. */
  readonly seconds: number
}

/** `3 of 9 trials  42 %  12 min 30 s left`; the time left counts only what this process has done. */
export function summarizeProgress(running: readonly TrialState[], { done, all, before, seconds }: Total): string {
  const begun = running.reduce((sum, state) => sum + fractionOf(state.progress), 0)
  const worked = done - before + begun
  // Before a hundredth of a trial, any estimate is noise.
  const left = worked > 0.01 ? `  ${duration((seconds * (all - done - begun)) / worked)} left` : ''
  return `${done} of ${all} trials  ${Math.floor((100 * (done + begun)) / all)} %${left}`
}
