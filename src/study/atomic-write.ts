import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'

/** Files being written lie here, on the same file system as their place, so that a rename is atomic. */
const partialFolder = '.partial'

/**
 * Writes `folder/path` so that at any moment, even after a kill or a power cut, the file is absent, the old
 * one or the new one, never a part.
 */
export function writeAtomically(folder: string, path: string, content: string | Uint8Array): void {
  const target = join(folder, path)
  const partial = join(folder, partialFolder, path.replaceAll(/[\\/]/g, '__'))
  guardWrites(target, () => {
    mkdirSync(dirname(partial), { recursive: true })
    mkdirSync(dirname(target), { recursive: true })
    const file = openSync(partial, 'w')
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(partial, target)
    syncFolder(dirname(target))
  })
}

/** What a killed process may have left behind. */
export function removePartials(folder: string): void {
  guardWrites(folder, () => rmSync(join(folder, partialFolder), { recursive: true, force: true }))
}

/** Runs file operations; a full disk or a missing permission becomes a diagnostic. */
export function guardWrites<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (caught) {
    const reason = describeFailure(caught)
    if (reason === undefined) throw caught
    const hints = reason.hint === undefined ? [] : [reason.hint]
    throw new DiagnosticError([error('WM0805', `${path}: ${reason.text}`, { hints })])
  }
}

interface FailureReason {
  readonly text: string
  readonly hint?: string
}

const reasons: Readonly<Record<string, FailureReason>> = {
  ENOSPC: { text: 'the disk is full', hint: 'make room and go on with --resume' },
  EDQUOT: { text: 'the disk quota is used up', hint: 'make room and go on with --resume' },
  EACCES: { text: 'permission denied', hint: 'choose another folder with --out DIR' },
  EPERM: { text: 'operation not permitted', hint: 'choose another folder with --out DIR' },
  EROFS: { text: 'the file system is read-only', hint: 'choose another folder with --out DIR' },
  ENOTDIR: { text: 'a part of the path is a file, not a folder', hint: 'choose another folder with --out DIR' },
  EEXIST: { text: 'a file stands where a folder is needed', hint: 'choose another folder with --out DIR' },
  EISDIR: { text: 'a folder stands where a file is needed', hint: 'choose another folder with --out DIR' },
  ENAMETOOLONG: { text: 'the path is too long for this file system', hint: 'choose a shorter --out DIR' },
  EMFILE: { text: 'too many files are open' },
  EIO: { text: 'the disk reported an error' },
}

function describeFailure(caught: unknown): FailureReason | undefined {
  return caught instanceof Error && 'code' in caught ? reasons[String(caught.code)] : undefined
}

/** Makes the rename itself durable; some systems cannot open folders, and then the file's own fsync has to do. */
function syncFolder(path: string): void {
  let folder: number
  try {
    folder = openSync(path, 'r')
  } catch {
    return
  }
  try {
    fsyncSync(folder)
  } catch {
    // Windows and some network file systems refuse to sync a folder.
  } finally {
    closeSync(folder)
  }
}
