import type { Diagnostic } from './diagnostic.ts'

/**
 * For showing: those without a place first, then file by file in the order in which files first turn up, within a file
 * from top to bottom. Exact duplicates are dropped; otherwise the given order stands.
 */
export function orderDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.flatMap(({ span }) => (span === undefined ? [] : [span.file])))]
  const rank = new Map(files.map((file, index) => [file, index]))
  const distinct = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]))
  const fileRank = ({ span }: Diagnostic) => (span === undefined ? -1 : (rank.get(span.file) ?? -1))
  return [...distinct.values()].sort((a, b) => fileRank(a) - fileRank(b) || (a.span?.start ?? 0) - (b.span?.start ?? 0))
}
