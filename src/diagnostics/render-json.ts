import { type Code, codes } from './codes.ts'
import type { Diagnostic, Severity, Span } from './diagnostic.ts'
import { createSourceMaps, type Position } from './source-map.ts'

/** A place for machines; the fields are null where there is no place, or no text to count its lines in. */
interface PlaceJson {
  readonly file: string | null
  readonly start: Position | null
  /** The position after the last character. */
  readonly end: Position | null
}

/** A diagnostic as `--json` prints it. */
export interface DiagnosticJson extends PlaceJson {
  readonly code: Code
  readonly severity: Severity
  readonly title: string
  readonly message: string
  readonly labels: readonly (PlaceJson & { readonly message: string })[]
  readonly hints: readonly string[]
}

/** @param sources path to text of every file that the diagnostics may point into */
export function diagnosticsToJson(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): readonly DiagnosticJson[] {
  const mapOf = createSourceMaps(sources)
  const place = (span: Span | undefined): PlaceJson => {
    const map = span === undefined ? undefined : mapOf(span.file)
    if (span === undefined || map === undefined) return { file: span?.file ?? null, start: null, end: null }
    return { file: span.file, start: map.locate(span.start), end: map.locate(span.end) }
  }
  return diagnostics.map(({ code, severity, message, span, labels, hints }) => ({
    code,
    severity,
    title: codes[code].title,
    message,
    ...place(span),
    labels: labels.map((label) => ({ message: label.message, ...place(label.span) })),
    hints,
  }))
}
