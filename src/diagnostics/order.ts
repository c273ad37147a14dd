import type { Diagnostic, Span } from './diagnostic.ts'

/**
 * For showing: those without a place first, then file by file in the order in which files first turn up, within a file
 * from top to bottom; otherwise the given order stands. What only says again what an earlier one says is dropped.
 */
export function orderDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.flatMap(({ span }) => (span === undefined ? [] : [span.file])))]
  const rank = new Map(files.map((file, index) => [file, index]))
  const fileRank = ({ span }: Diagnostic) => (span === undefined ? -1 : (rank.get(span.file) ?? -1))
  const distinct = dropRepeated(diagnostics)
  return distinct.sort((a, b) => fileRank(a) - fileRank(b) || (a.span?.start ?? 0) - (b.span?.start ?? 0))
}

/**
 * A sum of variants repeats the mistakes of its terms, with the diffs of the other terms as further places: the same message at
 * the same place is dropped when it points at all that an earlier one points at.
 */
function dropRepeated(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const kept = new Map<string, Diagnostic[]>()
  const distinct: Diagnostic[] = []
  for (const diagnostic of diagnostics) {
    const { code, severity, message, span } = diagnostic
    const key = JSON.stringify([code, severity, message, span])
    const same = kept.get(key) ?? []
    const places = placesOf(diagnostic)
    if (same.some((earlier) => [...placesOf(earlier)].every((place) => places.has(place)))) continue
    kept.set(key, [...same, diagnostic])
    distinct.push(diagnostic)
  }
  return distinct
}

function placesOf({ labels }: Diagnostic): ReadonlySet<string> {
  return new Set(labels.map(({ span }) => printSpan(span)))
}

function printSpan({ file, start, end }: Span): string {
  return `${start}-${end} ${file}`
}
