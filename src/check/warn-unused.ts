import type { Reporter } from '../evaluate/reporter.ts'
import type { NamesOfDeclaration } from './file-names.ts'
import type { LocalName } from './local-names.ts'
import type { Import, Module } from './modules.ts'

/** A name that starts so is unused on purpose. */
const silenced = '_'

/** Parameters and `let`s that nothing reads. A loop variable may be unused: the loop repeats its body. */
export function warnUnusedLocals(locals: readonly LocalName[], report: Reporter): void {
  for (const { kind, name, used } of locals) {
    if (used || kind === 'loop variable' || name.text.startsWith(silenced)) continue
    const what = kind === 'let' ? '`let`' : kind
    report.warn('WM0224', name.span, `nothing uses the ${what} \`${name.text}\``, {
      hints: [`remove it, or call it \`${silenced}${name.text}\` where that is meant`],
    })
  }
}

/** Imported names that no declaration of the file uses. */
export function warnUnusedImports(all: readonly NamesOfDeclaration[], module: Module, report: Reporter): void {
  const used = new Set(all.flatMap(({ free }) => free.map(({ text }) => text)))
  for (const entry of module.imports) {
    if (entry.use.names === undefined) warnUnusedFile(entry, used, report)
    else {
      for (const { text, span } of entry.names) {
        if (used.has(text) || text.startsWith(silenced)) continue
        report.warn('WM0224', span, `nothing here uses \`${text}\``, { hints: ['remove it from the import'] })
      }
    }
  }
}

/** Without braces a file brings what it has: one name of it in use is enough. */
function warnUnusedFile({ use, names }: Import, used: ReadonlySet<string>, report: Reporter): void {
  if (names.some(({ text }) => used.has(text))) return
  const found = names.length === 0 ? 'it declares none' : `it has ${names.map(({ text }) => text).join(', ')}`
  report.warn('WM0224', use.path.span, 'nothing here uses a name of this file', {
    hints: [`remove the import; ${found}`],
  })
}
