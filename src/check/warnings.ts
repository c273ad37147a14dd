import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import type { Declaration } from '../syntax/ast.ts'
import { resolveNames } from './file-names.ts'
import type { Module } from './modules.ts'
import { warnShadowing } from './warn-shadowing.ts'
import { warnUnusedImports, warnUnusedLocals } from './warn-unused.ts'

/**
 * Warns of names of one file that hide others, or that nothing uses. Comes last, for it is silent where there are errors:
 * a misspelled name makes the one that was meant look unused.
 */
export function warnOfNames(module: Module, report: Reporter): void {
  const errors = report.diagnostics.filter(
    ({ severity, span }) => severity === 'error' && span?.file === module.file.path,
  )
  const wrong = findWrong(module.file.declarations, errors)
  const all = module.file.declarations.map(resolveNames)
  const sound = all.filter(({ declaration }) => !wrong.has(declaration))
  warnShadowing(sound, module, report)
  for (const { locals } of sound) warnUnusedLocals(locals, report)
  if (errors.length === 0) warnUnusedImports(all, module, report)
}

/** The declarations with an error in them. Both lists are walked once, in source order. */
function findWrong(declarations: readonly Declaration[], errors: readonly Diagnostic[]): ReadonlySet<Declaration> {
  const places = errors.map(({ span }) => span?.start ?? 0).sort((a, b) => a - b)
  const wrong = new Set<Declaration>()
  let next = 0
  for (const declaration of declarations) {
    const { start, end } = declaration.span
    while (next < places.length && (places[next] ?? 0) < start) next++
    if (next < places.length && (places[next] ?? 0) < end) wrong.add(declaration)
  }
  return wrong
}
