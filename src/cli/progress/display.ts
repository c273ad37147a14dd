import type { TrialEvents } from '../../study/executors/executor.ts'
import type { TrialProgress } from '../../study/job.ts'
import type { StudyPlan } from '../../study/plan.ts'
import type { Terminal } from '../terminal.ts'
import { createLiveDisplay } from './live.ts'
import { createPlainDisplay } from './plain.ts'

export type Fetching = Extract<TrialProgress, { kind: 'loading' }>

/** Shows how a run goes on. */
export interface ProgressDisplay extends TrialEvents {
  /** A data file on its way here. */
  onFetch(progress: Fetching): unknown
  /** Prints lines between the progress. */
  note(text: string): void
  /** Clears what is drawn; nothing is shown any more. */
  stop(): void
}

/** Lines that change in place on a terminal; else one line per event. `finished`: trials that a resumed run already has. */
export function createDisplay(terminal: Terminal, plan: StudyPlan, finished: number): ProgressDisplay {
  return terminal.live ? createLiveDisplay(terminal, plan, finished) : createPlainDisplay(terminal, plan, finished)
}
