import { closeSync, existsSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { compile, type Program } from '../compile.ts'
import { DiagnosticError, error, type Span } from '../diagnostics/diagnostic.ts'
import { maxTextLength } from '../syntax/limits.ts'

/**
 * Compiles a file and what it imports. Throws a DiagnosticError (WM0001, WM0002, WM0003) where a file cannot be read, is
 * not text, or is too large.
 */
export function compileFile(path: string): Program {
  return compile({ path, text: readSource(path) }, { read: readImport })
}

/** The line of the program's sources in which a span starts, from 1. */
export function lineAt(program: Program, span: Span): number {
  return (program.sources.get(span.file) ?? '').slice(0, span.start).split('\n').length
}

/** Undefined for a file that is not there: the compiler then says so at the import. */
function readImport(path: string): string | undefined {
  try {
    return readSource(path)
  } catch (caught) {
    if (caught instanceof DiagnosticError && caught.diagnostics.every((found) => found.code === 'WM0001'))
      return undefined
    throw caught
  }
}

const modelHint =
  'it holds a trained model, which `wmnet predict MODEL` and `wmnet export FILE --weights MODEL` take; here a .wmnet or .wmspec file is wanted'

function readSource(path: string): string {
  return decodeText(readBytes(path), path)
}

function readBytes(path: string): Uint8Array {
  try {
    const stats = statSync(path)
    if (!stats.isFile()) {
      const hints = existsSync(join(path, 'wmnet.json')) ? [modelHint] : []
      throw new DiagnosticError([error('WM0001', `${resolve(path)}: ${describeKind(stats)}`, { hints })])
    }
    if (stats.size > maxTextLength) throw tooLarge(path, `holds ${stats.size} bytes`)
    return readAtMost(path, maxTextLength)
  } catch (caught) {
    if (caught instanceof DiagnosticError) throw caught
    const code = caught instanceof Error && 'code' in caught ? String(caught.code) : ''
    throw new DiagnosticError([error('WM0001', `${resolve(path)}: ${reasons[code] ?? code}`)])
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'permission denied',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'its links go round in a circle',
  ERR_INVALID_ARG_VALUE: 'no path holds such a character',
}

/** What is no file is not opened: a pipe would be waited for, a device may never end. */
function describeKind(stats: Stats): string {
  if (stats.isDirectory()) return 'is a folder'
  return stats.isFIFO() || stats.isSocket() ? 'is a pipe, wanted a file' : 'is a device, wanted a file'
}

/** Reads on to the end, whatever size is stated: some files state none, and a log grows while it is read. */
function readAtMost(path: string, most: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for (;;) {
      const chunk = new Uint8Array(65536)
      const count = readSync(file, chunk)
      if (count === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, count))
      size += count
      if (size > most) throw tooLarge(path, 'holds more than its size says')
    }
  } finally {
    closeSync(file)
  }
}

function tooLarge(path: string, found: string): DiagnosticError {
  return new DiagnosticError([error('WM0003', `${resolve(path)}: ${found}, wanted at most ${maxTextLength} bytes`)])
}

function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const at = findInvalidByte(bytes)
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0')
    throw new DiagnosticError([error('WM0002', `${resolve(path)}: byte 0x${byte} at offset ${at} is not UTF-8`)])
  }
}

/** The end of the longest prefix that decodes. */
function findInvalidByte(bytes: Uint8Array): number {
  let [valid, invalid] = [0, bytes.length]
  while (valid < invalid) {
    const middle = Math.ceil((valid + invalid) / 2)
    if (isPrefixOfText(bytes.subarray(0, middle))) valid = middle
    else invalid = middle - 1
  }
  // A sequence cut off by the end of the file is a valid prefix all through: the fault is where it starts.
  return valid < bytes.length ? valid : bytes.findLastIndex((byte) => byte >= 0xc0)
}

function isPrefixOfText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
