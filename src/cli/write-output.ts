import { statSync, writeFileSync } from 'node:fs'
import { systemReason } from '../data/failure.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { replaceFile } from './replace-file.ts'

/** A file that is there gets the new content at once; a pipe or a device is written to. Throws WM0913. */
export function writeOutput(path: string, text: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) replaceFile(path, text)
    else writeFileSync(path, text)
  } catch (caught) {
    if (caught instanceof DiagnosticError) throw caught
    throw new DiagnosticError([error('WM0913', `${path}: ${systemReason(caught)}`)])
  }
}
