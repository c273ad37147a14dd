import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Variant } from '../ablation/variants.ts'
import { systemReason } from '../data/failure.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import type { ListedVariant } from './commands/variants.ts'

const mark = '// Written by `wmnet variants --write`'

/**
 * Writes one plain file for each variant, `NAME.wmnet`, or `SUBJECT.NAME.wmnet` where names would meet. Gives the paths. Throws WM0912
 * before anything is written where a file of that name is not our own, and WM0913 where the system refuses.
 */
export function writeVariants(
  variants: readonly Variant[],
  listed: readonly ListedVariant[],
  folder: string,
  source: string,
): readonly string[] {
  const files = variants.map((variant, index) => ({
    path: join(folder, fileName(variant, variants)),
    text: `${head(listed[index], source)}${variant.printPlain()}`,
  }))
  attempt(folder, () => mkdirSync(folder, { recursive: true }))
  const foreign = files.filter(({ path }) => existsSync(path) && !isOwn(path))
  if (foreign.length > 0) {
    throw new DiagnosticError(foreign.map(({ path }) => error('WM0912', `${path} was not written by this command`)))
  }
  for (const { path, text } of files) {
    attempt(path, () => {
      writeFileSync(`${path}.part`, text)
      renameSync(`${path}.part`, path)
    })
  }
  return files.map(({ path }) => path)
}

/** Some file systems do not tell upper from lower case. */
function fileName({ name, subject }: Variant, variants: readonly Variant[]): string {
  const isUnique = variants.filter((other) => other.name.toLowerCase() === name.toLowerCase()).length === 1
  return isUnique ? `${name}.wmnet` : `${subject}.${name}.wmnet`
}

function head(listed: ListedVariant | undefined, source: string): string {
  if (listed === undefined) return `${mark}.\n`
  const { variant, subject, network, changes } = listed
  const what = variant === subject ? variant : `${variant} (${subject} of ${network})`
  const diffs = changes.map(({ text }) => `//   ${text}\n`).join('')
  return `${mark} from ${basename(source)}: ${what}.\n${diffs}`
}

function isOwn(path: string): boolean {
  return attempt(path, () => readFileSync(path, 'utf8')).startsWith(mark)
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (caught) {
    throw new DiagnosticError([error('WM0913', `${path}: ${systemReason(caught)}`)])
  }
}
