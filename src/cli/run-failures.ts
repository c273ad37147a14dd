import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render-text.ts'
import type { TrialEvents } from '../study/executors/executor.ts'
import { describeBug, exitCodeOf } from './problems.ts'
import type { ProgressDisplay } from './progress/display.ts'
import type { Terminal } from './terminal.ts'

/** What went wrong with the trials of a run: each is told when it happens, and all of it makes the exit code. */
export interface FailureLog {
  readonly onDone: TrialEvents['onDone']
  readonly onFailure: TrialEvents['onFailure']
  /** 0 without failures; 2 if one was a bug in wmnet. */
  exitCode(): number
}

export function createFailureLog(
  terminal: Terminal,
  display: ProgressDisplay,
  sources: ReadonlyMap<string, string>,
): FailureLog {
  const told = new Set<string>()
  const diagnostics: Diagnostic[] = []
  let bugs = 0
  // What keeps one trial from running (missing data, say) keeps the others from it too: it is told once.
  const tell = (text: string): void => {
    if (!told.has(text)) display.note(text.trimEnd())
    told.add(text)
  }
  const tellAll = (found: readonly Diagnostic[]): void => {
    diagnostics.push(...found)
    tell(renderDiagnostics(found, sources, { color: terminal.noteColor }))
  }
  return {
    onDone(job, outcome) {
      display.onDone(job, outcome)
      if (outcome.kind === 'diverged') tellAll(outcome.diagnostics)
    },
    onFailure(job, failure) {
      display.onFailure(job, failure)
      if (failure.kind === 'diagnostics') tellAll(failure.diagnostics)
      else {
        bugs += 1
        tell(describeBug(failure.stack))
      }
    },
    exitCode: () => (bugs > 0 ? 2 : exitCodeOf(diagnostics)),
  }
}
