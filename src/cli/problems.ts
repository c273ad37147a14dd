import { codes } from '../diagnostics/codes.ts'
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render-text.ts'
import { version } from '../version.ts'
import type { Terminal } from './terminal.ts'

/** Prints diagnostics with the lines of source they point at; returns the exit code that they stand for. */
export function printProblems(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  terminal: Terminal,
): number {
  if (diagnostics.length > 0) terminal.note(renderDiagnostics(diagnostics, sources, { color: terminal.noteColor }))
  return exitCodeOf(diagnostics)
}

/** 0 without errors, 3 when the environment alone is at fault, else 1. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): 0 | 1 | 3 {
  if (!hasErrors(diagnostics)) return 0
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  return errors.every((diagnostic) => codes[diagnostic.code].exit === 3) ? 3 : 1
}

/** An exception that is no diagnostic: wmnet's fault, exit code 2. */
export function printBug(caught: unknown, terminal: Terminal): 2 {
  terminal.note(describeBug(caught instanceof Error ? (caught.stack ?? caught.message) : String(caught)))
  return 2
}

export function describeBug(stack: string): string {
  const machine = `wmnet ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`
  return (
    `error: this is a bug in wmnet, not in your files\n\n${stack}\n\n` +
    `Please report it to wmnet's authors with the lines above, the command and your files. (${machine})\n`
  )
}
