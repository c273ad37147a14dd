import type { StudyPlan } from '../../study/plan.ts'
import type { Terminal } from '../terminal.ts'
import type { Fetching, ProgressDisplay } from './display.ts'
import { describeEpoch, describeOutcome, nameTrial } from './trial-line.ts'

/** One line per epoch and per finished trial: for logs. */
export function createPlainDisplay(terminal: Terminal, plan: StudyPlan, finished: number): ProgressDisplay {
  const severalRuns = plan.runs.length > 1
  const fetching = new Set<string>()
  let done = finished
  const line = (text: string): void => terminal.note(`${text}\n`)
  const onFetch = ({ file }: Fetching): void => {
    if (!fetching.has(file)) line(`fetching ${file}`)
    fetching.add(file)
  }
  return {
    onFetch,
    onStart: (job) => line(`${nameTrial(job, severalRuns)}: started`),
    onProgress(job, progress) {
      const name = nameTrial(job, severalRuns)
      if (progress.kind === 'epoch') {
        line(`${name}: ${describeEpoch(progress.result, progress.epochs, progress.imagesPerSecond)}`)
      }
      if (progress.kind === 'loading') onFetch(progress)
    },
    onDone(job, outcome) {
      done += 1
      const summary = `${outcome.kind === 'trained' ? 'done, ' : ''}${describeOutcome(outcome)}`
      line(`${nameTrial(job, severalRuns)}: ${summary} (${done} of ${plan.jobs.length} trials)`)
    },
    onFailure: (job) => line(`${nameTrial(job, severalRuns)}: failed`),
    note: line,
    stop: () => {},
  }
}
