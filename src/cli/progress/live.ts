import { duration } from '../../report/format.ts'
import type { TrialJob } from '../../study/job.ts'
import type { StudyPlan } from '../../study/plan.ts'
import type { Terminal } from '../terminal.ts'
import type { ProgressDisplay } from './display.ts'
import { advance, describeState, fractionOf, nameTrial, percent, type TrialState } from './trial-line.ts'

/** Between two paintings, in milliseconds. */
const paintEvery = 100

/** One changing line per running trial and one for the whole; finished trials scroll away above. */
export function createLiveDisplay(terminal: Terminal, plan: StudyPlan, finished: number): ProgressDisplay {
  const severalRuns = plan.runs.length > 1
  const nameWidth = Math.max(...plan.jobs.map((job) => nameTrial(job, severalRuns).length))
  const running = new Map<string, TrialState>()
  const startedAt = Date.now()
  let done = finished
  let painted = 0
  let paintedAt = 0

  const clear = (): void => {
    // Cursor up and erase to the end of the screen.
    if (painted > 0) terminal.note(`\u001b[${painted}A\u001b[0J`)
    painted = 0
  }
  const paint = (): void => {
    paintedAt = Date.now()
    const states = [...running.values()]
    const lines = [
      ...states.map((state) => `${nameTrial(state.job, severalRuns).padEnd(nameWidth)}  ${describeState(state)}`),
      summarizeProgress(states, done, plan.jobs.length, finished, (paintedAt - startedAt) / 1000),
    ]
    clear()
    terminal.note(lines.map((line) => `${line.slice(0, terminal.columns - 1)}\n`).join(''))
    painted = lines.length
  }
  const note = (text: string): void => {
    clear()
    terminal.note(`${text}\n`)
  }
  const end = (job: TrialJob, text: string): void => {
    running.delete(job.key)
    note(`${nameTrial(job, severalRuns).padEnd(nameWidth)}  ${text}`)
    paint()
  }
  return {
    onStart(job) {
      running.set(job.key, { job, progress: null, epoch: null })
      paint()
    },
    onProgress(job, progress) {
      const state = running.get(job.key)
      if (state !== undefined) running.set(job.key, advance(state, progress))
      if (Date.now() - paintedAt >= paintEvery) paint()
    },
    onDone(job, { result, times }) {
      done += 1
      end(job, `test error ${percent(result.test.error)} in ${duration(times.trainSeconds + times.evaluateSeconds)}`)
    },
    onFailure: (job) => end(job, 'failed'),
    note,
    stop: clear,
  }
}

/** `3 of 9 trials  42 %  12 min 30 s left`; the time left counts only what this process has done. */
export function summarizeProgress(
  running: readonly TrialState[],
  done: number,
  total: number,
  before: number,
  seconds: number,
): string {
  const half = running.reduce((sum, state) => sum + fractionOf(state.progress), 0)
  const worked = done - before + half
  const left = worked > 0.01 ? `  ${duration((seconds * (total - done - half)) / worked)} left` : ''
  return `${done} of ${total} trials  ${Math.floor((100 * (done + half)) / total)} %${left}`
}
