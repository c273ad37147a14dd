import type { Code } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Module } from './modules.ts'

/** What a name gets that nothing in view declares. */
const unknownName: ReadonlySet<Code> = new Set(['WM0201', 'WM0202'])

/**
 * Drops what a failed `use` without braces makes of other places: nobody knows which names it would have brought, so that
 * no name of that file can be called unknown. The failed import has its own message.
 */
export function withoutImportCascades(
  diagnostics: readonly Diagnostic[],
  modules: readonly Module[],
): readonly Diagnostic[] {
  const lacking = modules.filter(({ imports }) => imports.some(({ use, failed }) => failed && use.names === undefined))
  const files = new Set(lacking.map(({ file }) => file.path))
  return diagnostics.filter(({ code, span }) => !unknownName.has(code) || span === undefined || !files.has(span.file))
}
