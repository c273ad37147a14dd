import { diagnosticsToJson } from '../../diagnostics/render-json.ts'
import { exitCodeOf, printProblems } from '../problems.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'

/** `wmnet check FILE…`: the exit code is the worst of the files'. */
export function check(files: readonly string[], options: { json?: true }, terminal: Terminal): number {
  return 0
}
