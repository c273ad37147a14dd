import { type Diagnostic, error, hasErrors, type Severity, warning } from './diagnostic.ts'

/** The most errors, and the most warnings, that are shown: nobody reads more, and mistakes of a script come in millions. */
const maxShown = 100
/** Places that one message points at. */
const maxLabels = 20

/**
 * For showing: those without a place first, then file by file in the order in which files first turn up, within a file
 * from top to bottom. Exact duplicates are dropped; otherwise the given order stands. Of too many the first are kept,
 * and a last one, WM0004, says how many there were.
 */
export function orderDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const rank = rankFiles(diagnostics)
  const fileRank = ({ span }: Diagnostic) => (span === undefined ? -1 : (rank.get(span.file) ?? -1))
  const ordered = [...diagnostics].sort(
    (a, b) => fileRank(a) - fileRank(b) || (a.span?.start ?? 0) - (b.span?.start ?? 0),
  )
  const distinct = new Map<string, Diagnostic>()
  const shown = { error: 0, warning: 0 }
  const left: Diagnostic[] = []
  for (const diagnostic of ordered) {
    if (shown[diagnostic.severity] >= maxShown) {
      left.push(diagnostic)
      continue
    }
    const key = JSON.stringify(diagnostic)
    if (distinct.has(key)) continue
    distinct.set(key, { ...diagnostic, labels: diagnostic.labels.slice(0, maxLabels) })
    shown[diagnostic.severity]++
  }
  const cut = left.length === 0 ? [] : [describeCut(left)]
  return [...distinct.values(), ...cut]
}

function rankFiles(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, number> {
  const rank = new Map<string, number>()
  for (const { span } of diagnostics) {
    if (span !== undefined && !rank.has(span.file)) rank.set(span.file, rank.size)
  }
  return rank
}

/** Counted with their repetitions; where checking gave up, there would have been more. */
function describeCut(left: readonly Diagnostic[]): Diagnostic {
  const count = (wanted: Severity) => left.filter(({ severity }) => severity === wanted).length
  const parts = (['error', 'warning'] as const).flatMap((severity) => {
    const more = count(severity)
    return more === 0 ? [] : [`${more} more ${severity}${more === 1 ? '' : 's'}`]
  })
  const report = hasErrors(left) ? error : warning
  return report('WM0004', `at least ${parts.join(' and ')} after the first ${maxShown}`, {
    hints: ['mend the first ones; the others are often the same'],
  })
}
