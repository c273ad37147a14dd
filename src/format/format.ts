import { hasErrors, type Staged } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import { findBrokenLaw } from './laws.ts'
import { printRows } from './print-rows.ts'
import { readTree } from './read-tree.ts'

/**
 * Lays a source file of either kind out in the one style of wmnet: the writer's lines count, everything else is settled.
 * A file with syntax errors is refused, and so is one for which the result would not be the same program with the same
 * comments; `value` is then the text as it was.
 *
 * @param path as the file is to be named in messages
 */
export function format(path: string, text: string): Staged<string> {
  const { value: file, diagnostics } = parse(path, text)
  if (hasErrors(diagnostics)) return { value: text, diagnostics }
  const formatted = print(file)
  const again = parse(path, formatted)
  const broken = findBrokenLaw({ before: file, after: again.value, problems: again.diagnostics, print })
  return broken === undefined ? { value: formatted, diagnostics: [] } : { value: text, diagnostics: [broken] }
}

function print(file: SourceFile): string {
  const { rows } = readTree(file)
  const text = printRows({ afterOpen: [], rows, role: 'body' }, 0, { groups: new Set(), pieces: new Set() })
  return text === '' ? '' : `${text.slice(1)}\n`
}
