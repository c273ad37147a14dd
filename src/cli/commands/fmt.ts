import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Diagnostic, DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { format } from '../../format/format.ts'
import { exitCodeOf, printProblems } from '../problems.ts'
import { replaceFile } from '../replace-file.ts'
import type { Terminal } from '../terminal.ts'

/** What stands for standard input on the command line, and its name in messages. */
const standardInput = '-'
const standardInputName = '<stdin>'

interface Outcome {
  readonly isChanged: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** `wmnet fmt FILE… [--check]`: goes on after a file that cannot be formatted. */
export async function fmt(paths: readonly string[], flags: { check?: true }, terminal: Terminal): Promise<number> {
  const outcomes: Outcome[] = []
  for (const path of paths) outcomes.push(await formatOne(path, flags.check === true, terminal))
  const failure = exitCodeOf(outcomes.flatMap(({ diagnostics }) => diagnostics))
  if (failure !== 0) return failure
  return flags.check && outcomes.some(({ isChanged }) => isChanged) ? 1 : 0
}

async function formatOne(path: string, isCheck: boolean, terminal: Terminal): Promise<Outcome> {
  const name = path === standardInput ? standardInputName : path
  try {
    const bytes = path === standardInput ? await readStandardInput() : readBytes(path)
    const text = decodeText(bytes, path === standardInput ? name : resolve(path))
    const { value, diagnostics } = format(name, text)
    if (diagnostics.length > 0) return refuse(diagnostics, new Map([[name, text]]), terminal)
    // A byte-order mark shows in the bytes alone.
    const isChanged = !Buffer.from(value).equals(bytes)
    finish(path, name, value, { isChanged, isCheck }, terminal)
    return { isChanged, diagnostics }
  } catch (caught) {
    if (!(caught instanceof DiagnosticError)) throw caught
    return refuse(caught.diagnostics, new Map(), terminal)
  }
}

interface Finding {
  readonly isChanged: boolean
  readonly isCheck: boolean
}

function finish(path: string, name: string, text: string, { isChanged, isCheck }: Finding, terminal: Terminal): void {
  if (isCheck) {
    if (isChanged) terminal.out(`${name}\n`)
  } else if (path === standardInput) {
    terminal.out(text)
  } else if (isChanged) {
    replaceFile(path, text)
    terminal.out(`${name}: formatted\n`)
  }
}

function refuse(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>, terminal: Terminal): Outcome {
  printProblems(diagnostics, sources, terminal)
  return { isChanged: false, diagnostics }
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (caught) {
    const code = caught instanceof Error && 'code' in caught ? String(caught.code) : ''
    const reason = { ENOENT: 'no such file', EISDIR: 'is a folder', EACCES: 'permission denied' }[code]
    throw new DiagnosticError([error('WM0001', `${resolve(path)}: ${reason ?? code}`)])
  }
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // What is no text is read as U+FFFD, so that encoding it again gives other bytes.
    const readable = Buffer.from(Buffer.from(bytes).toString('utf8'))
    const at = bytes.findIndex((byte, index) => byte !== readable[index])
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0')
    throw new DiagnosticError([error('WM0002', `${name}: byte 0x${byte} at offset ${at} is not UTF-8`)])
  }
}
