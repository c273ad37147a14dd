import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { compile, type Program } from '../compile.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'

/** Compiles a file and what it imports. Throws a DiagnosticError (WM0001, WM0002) where a file cannot be read as text. */
export function compileFile(path: string): Program {
  return compile({ path, text: readSource(path) }, { read: readImport })
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

function readSource(path: string): string {
  return decodeText(readBytes(path), path)
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
