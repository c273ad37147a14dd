import { statSync, writeFileSync } from 'node:fs'
import { systemReason } from '../data/failure.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { replaceFile } from './replace-file.ts'

/** Writes what `-o` asks for. A file that is there gets the new content at once; a pipe or a device is written to. Throws WM0913. */
export function writeOutput(path: string, content: string | Uint8Array): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) replaceFile(path, content)
    else writeFileSync(path, content)
  } catch (caught) {
    if (caught instanceof DiagnosticError) throw caught
    throw new DiagnosticError([error('WM0913', `${path}: ${systemReason(caught)}`)])
  }
}
