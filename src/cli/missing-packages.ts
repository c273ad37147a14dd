import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { type Diagnostic, warning } from '../diagnostics/diagnostic.ts'
import { shellWord } from '../report/text.ts'
import { tfjsVersion } from '../version.ts'

/** WM1061 where a written module's imports would not be found from its folder: it is of no use there yet. */
export function findMissingPackages(module: string, packages: readonly string[]): readonly Diagnostic[] {
  const folder = dirname(resolve(module))
  const { resolve: find } = createRequire(resolve(module))
  const missing = packages.filter((name) => !isFound(name, find))
  if (missing.length === 0) return []
  const command = `npm install --prefix ${shellWord(folder)} ${missing.map((name) => `${name}@${tfjsVersion}`).join(' ')}`
  const message = `${module} is written, but ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed where it lies`
  return [warning('WM1061', message, { hints: [command] })]
}

function isFound(name: string, find: (name: string) => string): boolean {
  try {
    find(name)
    return true
  } catch {
    return false
  }
}
