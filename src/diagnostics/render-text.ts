import { codes } from './codes.ts'
import type { Diagnostic, Span } from './diagnostic.ts'
import { createPaint, type Paint } from './paint.ts'
import { drawSnippet, type Mark } from './snippet.ts'
import { createSourceMaps, type SourceMap } from './source-map.ts'
import { toPrintable } from './visible-text.ts'

export interface TextOptions {
  readonly color: boolean
}

/**
 * Messages for people: headline, place, the lines of source with carets under them, hints. Every message ends with a
 * newline, and a blank line stands between two. Control characters of the source are made visible.
 *
 * @param sources path to text of every file that the diagnostics may point into
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: TextOptions,
): string {
  const mapOf = createSourceMaps(sources)
  const paint = createPaint(options.color)
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, mapOf, paint)).join('\n')
}

function renderDiagnostic(
  diagnostic: Diagnostic,
  mapOf: (file: string) => SourceMap | undefined,
  paint: Paint,
): string {
  const { code, severity, hints } = diagnostic
  const head = `${paint(severity, `${severity}[${code}]`)}${paint('strong', `: ${codes[code].title}`)}`
  const groups = groupByFile(marksOf(diagnostic))
  const width = gutterWidth(groups, mapOf)
  const lines = [head]
  groups.forEach((marks, index) => {
    lines.push(...drawFile(marks, index === 0 && diagnostic.span !== undefined, mapOf, width, paint))
  })
  if (diagnostic.span === undefined) lines.splice(1, 0, `${' '.repeat(width + 2)}${toPrintable(diagnostic.message)}`)
  if (hints.length > 0 && groups.length > 0) lines.push(paint('gutter', `${' '.repeat(width + 2)}|`))
  const bullet = paint('gutter', `${' '.repeat(width + 2)}=`)
  lines.push(...hints.map((hint) => `${bullet} ${paint('strong', 'hint')}: ${toPrintable(hint)}`))
  return `${lines.join('\n')}\n`
}

function marksOf({ span, message, labels, severity }: Diagnostic): Mark[] {
  const secondary = labels.map((label) => ({ ...label, part: 'secondary' as const }))
  return span === undefined ? secondary : [{ span, message, part: severity }, ...secondary]
}

/** The primary mark's file first, then the others in order of appearance. */
function groupByFile(marks: readonly Mark[]): Mark[][] {
  const groups = new Map<string, Mark[]>()
  for (const mark of marks) groups.set(mark.span.file, [...(groups.get(mark.span.file) ?? []), mark])
  return [...groups.values()]
}

function gutterWidth(groups: readonly Mark[][], mapOf: (file: string) => SourceMap | undefined): number {
  const lines = groups.flat().map(({ span }) => mapOf(span.file)?.locate(span.end).line ?? 0)
  return String(Math.max(0, ...lines)).length
}

function drawFile(
  marks: readonly Mark[],
  isPrimary: boolean,
  mapOf: (file: string) => SourceMap | undefined,
  width: number,
  paint: Paint,
): string[] {
  const [{ span }] = marks
  const map = mapOf(span.file)
  const arrow = paint('gutter', `${' '.repeat(width + 1)}${isPrimary ? '-->' : ':::'}`)
  if (map === undefined) {
    const messages = marks.map(({ message }) => `${' '.repeat(width + 2)}${toPrintable(message)}`)
    return [`${arrow} ${toPrintable(span.file)}`, ...messages]
  }
  const bar = paint('gutter', `${' '.repeat(width + 2)}|`)
  return [`${arrow} ${describePlace(span, map)}`, bar, ...drawSnippet(map, marks, width, paint)]
}

function describePlace(span: Span, map: SourceMap): string {
  const { line, column } = map.locate(span.start)
  return `${toPrintable(span.file)}:${line}:${column}`
}
