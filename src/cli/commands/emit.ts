import { readFileSync, statSync } from 'node:fs'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { createReporter } from '../../evaluate/reporter.ts'
import { checkFit } from '../../spec/fit.ts'
import type { ProtocolSource } from '../../study/protocol.ts'
import { findMissingPackages } from '../missing-packages.ts'
import { printProblems } from '../problems.ts'
import { selectProtocol, selectVariant } from '../select.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import { writeOutput } from '../write-output.ts'

export interface EmitFlags {
  readonly variant?: string
  readonly out?: string
  readonly literal?: true
  readonly train?: string
  readonly protocol?: string
  readonly withLayers?: true
}

/** `wmnet emit FILE`: one variant as a TypeScript module that stands alone. */
export async function emit(path: string, flags: EmitFlags, terminal: Terminal): Promise<number> {
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const variant = selectVariant(flags.variant, program, path)
  if (flags.out !== undefined) checkOutput(flags.out)
  // ts-morph takes longer to load than all the rest.
  const { emitTypeScript, findUnwritable, isEmitted, packagesOf } = await import('../../backends/typescript/index.ts')
  const spec = readProtocol(flags, terminal)
  if (typeof spec === 'number') return spec
  if (spec !== undefined) {
    const report = createReporter()
    checkFit([variant], spec.source, report)
    const found = [...report.diagnostics, ...findUnwritable(spec.source)]
    const fit = printProblems(found, new Map([...program.sources, ...spec.sources]), terminal)
    if (fit !== 0) return fit
  }
  if (flags.out !== undefined) checkOverwritten(flags.out, isEmitted)
  const options = {
    literal: flags.literal === true,
    layers: flags.withLayers === true,
    ...(spec === undefined ? {} : { protocol: spec.source.protocol }),
  }
  const text = emitTypeScript(variant, options)
  if (flags.out === undefined) {
    terminal.out(text)
    return 0
  }
  writeOutput(flags.out, text)
  return printProblems(findMissingPackages(flags.out, packagesOf(options)), new Map(), terminal)
}

/** The protocol that `--train` asks for, or the exit code of a file with errors. */
function readProtocol(
  { train, protocol }: EmitFlags,
  terminal: Terminal,
): { readonly source: ProtocolSource; readonly sources: ReadonlyMap<string, string> } | number | undefined {
  if (train === undefined) {
    if (protocol === undefined) return undefined
    const hints = [`for example: --train protocols.wmspec --protocol ${protocol}`]
    throw new DiagnosticError([error('WM0903', '--protocol chooses in the file that --train names', { hints })])
  }
  const program = compileFile(train)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  return { source: selectProtocol(protocol, program, train), sources: program.sources }
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
