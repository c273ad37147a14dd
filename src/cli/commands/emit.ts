import { readFileSync, statSync } from 'node:fs'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { printProblems } from '../problems.ts'
import { selectVariant } from '../select.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import { writeOutput } from '../write-output.ts'

export interface EmitFlags {
  readonly variant?: string
  readonly out?: string
  readonly literal?: true
  readonly train?: true
}

/** `wmnet emit FILE`: one variant as a TypeScript module that stands alone. */
export async function emit(path: string, flags: EmitFlags, terminal: Terminal): Promise<number> {
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const variant = selectVariant(flags.variant, program, path)
  if (flags.out !== undefined) checkOutput(flags.out)
  // ts-morph takes longer to load than all the rest.
  const { emitTypeScript, isEmitted } = await import('../../backends/typescript/index.ts')
  if (flags.out !== undefined) checkOverwritten(flags.out, isEmitted)
  const text = emitTypeScript(variant, { literal: flags.literal === true, train: flags.train === true })
  if (flags.out === undefined) terminal.out(text)
  else writeOutput(flags.out, text)
  return 0
}

function checkOutput(out: string): void {
  if (/\.[cm]?ts$/.test(out) && !/\.d\.[cm]?ts$/.test(out)) return
  if (!isFile(out) && statSync(out, { throwIfNoEntry: false }) !== undefined) return
  throw new DiagnosticError([error('WM0904', `-o takes a name that ends in .ts, not '${out}'`)])
}

/** A module that was written before may be written again; what somebody else wrote may not. */
function checkOverwritten(out: string, isOwn: (text: string) => boolean): void {
  if (!isFile(out) || isOwn(readText(out))) return
  throw new DiagnosticError([error('WM0912', `${out} was not written by this command`)])
}

/** Empty where it may not be read: then it is not ours. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
