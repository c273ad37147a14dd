import type { Program } from '../../compile.ts'
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { diagnosticsToJson } from '../../diagnostics/render-json.ts'
import { exitCodeOf, printProblems } from '../problems.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'

interface CheckedFile {
  readonly path: string
  /** Undefined where the file could not be read. */
  readonly program: Program | undefined
  readonly diagnostics: readonly Diagnostic[]
}

const noSources: ReadonlyMap<string, string> = new Map()

/** `wmnet check FILE…`: the exit code is that of all the files' errors together. */
export function check(paths: readonly string[], flags: { json?: true }, terminal: Terminal): number {
  const files = paths.map(checkFile)
  if (flags.json) {
    const found = files.flatMap(({ program, diagnostics }) =>
      diagnosticsToJson(diagnostics, program?.sources ?? noSources),
    )
    terminal.out(`${JSON.stringify(found, null, 2)}\n`)
  } else {
    for (const file of files) printFile(file, terminal)
  }
  return exitCodeOf(files.flatMap((file) => file.diagnostics))
}

function checkFile(path: string): CheckedFile {
  try {
    const program = compileFile(path)
    return { path, program, diagnostics: program.diagnostics }
  } catch (caught) {
    if (!(caught instanceof DiagnosticError)) throw caught
    return { path, program: undefined, diagnostics: caught.diagnostics }
  }
}

function printFile({ path, program, diagnostics }: CheckedFile, terminal: Terminal): void {
  printProblems(diagnostics, program?.sources ?? noSources, terminal)
  if (program?.ok) terminal.out(`${path}: ok, ${describeContent(program)}${describeWarnings(diagnostics)}\n`)
}

function describeContent({ variants, studies }: Program): string {
  const parts = [count(variants.length, 'variant', 'variants'), count(studies.length, 'study', 'studies')]
  return parts.filter((part) => part !== '').join(', ') || 'no networks or studies of its own'
}

function describeWarnings(diagnostics: readonly Diagnostic[]): string {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length
  return warnings === 0 ? '' : `, ${count(warnings, 'warning', 'warnings')}`
}

function count(number: number, one: string, many: string): string {
  if (number === 0) return ''
  return `${number} ${number === 1 ? one : many}`
}
