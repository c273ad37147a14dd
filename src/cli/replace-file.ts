import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { systemReason } from '../data/failure.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'

/**
 * Gives a file another content, at once: whoever reads it, and whatever kills wmnet, finds the old one or the new one. Its mode
 * and owner stay, and so does a symbolic link to it. Throws a DiagnosticError (WM0913) and leaves the file as it was where it
 * may not or cannot be written.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  try {
    const target = realpathSync(path)
    if (!statSync(target).isFile()) throw refuse(path, 'not a file on a disk')
    // A rename asks the folder alone, so a file that its user has locked has to be asked for.
    accessSync(target, constants.W_OK)
    renameOver(target, content)
  } catch (caught) {
    throw caught instanceof Error && 'code' in caught ? refuse(path, systemReason(caught)) : caught
  }
}

function refuse(path: string, reason: string): DiagnosticError {
  return new DiagnosticError([error('WM0913', `${path}: ${reason}`)])
}

/** A rename replaces the file as a whole, where a write could stop in its middle. */
function renameOver(target: string, content: string | Uint8Array): void {
  const partial = join(dirname(target), `.wmnet-fmt-${process.pid}`)
  try {
    writeAs(partial, content, statSync(target))
    renameSync(partial, target)
  } catch (caught) {
    rmSync(partial, { force: true })
    throw caught
  }
}

function writeAs(path: string, content: string | Uint8Array, { mode, uid, gid }: Stats): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeFileSync(file, content)
    giveTo(file, uid, gid)
    fchmodSync(file, mode & 0o7777)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Only the superuser can give files away; anybody else's new file is their own, as it is with other editors. */
function giveTo(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid)
  } catch (caught) {
    if (!(caught instanceof Error && 'code' in caught && caught.code === 'EPERM')) throw caught
  }
}
