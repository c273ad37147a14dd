import type { Code } from './codes.ts'

/** A stretch of one source file. Offsets are UTF-16 code units, `end` exclusive. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** Whether a place lies within another. */
export function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/** A second place that the message talks about: the definition, the other operand, the diff. */
export interface Label {
  readonly span: Span
  readonly message: string
}

export type Severity = 'error' | 'warning'

/**
 * What wmnet has to say about a user's input. The headline of the rendered message is the code's
 * title (`codes.ts`); `message` stands at the caret and holds both values, found and wanted.
 */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  readonly message: string
  /** Absent only where the fault lies in no source text: a command line, a data file, a machine. */
  readonly span?: Span
  readonly labels: readonly Label[]
  readonly hints: readonly string[]
}

/** The result of a pure stage. `value` may be partial when there are errors. */
export interface Staged<T> {
  readonly value: T
  readonly diagnostics: readonly Diagnostic[]
}

export interface DiagnosticDetails {
  readonly span?: Span | undefined
  readonly labels?: readonly Label[]
  readonly hints?: readonly string[]
}

export function error(code: Code, message: string, details: DiagnosticDetails = {}): Diagnostic {
  return make('error', code, message, details)
}

export function warning(code: Code, message: string, details: DiagnosticDetails = {}): Diagnostic {
  return make('warning', code, message, details)
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}

/** Carries diagnostics out of IO code (data, study, backends); the CLI turns it into messages and an exit code. */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError'
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`).join('\n'))
    this.diagnostics = diagnostics
  }
}

function make(severity: Severity, code: Code, message: string, details: DiagnosticDetails): Diagnostic {
  const { span, labels = [], hints = [] } = details
  return {
    code,
    severity,
    message: shorten(message),
    labels: labels.map((label) => ({ ...label, message: shorten(label.message) })),
    hints: hints.map(shorten),
    ...(span === undefined ? {} : { span }),
  }
}

/** A text with its middle left out where it is longer than anyone reads: a name may have a million letters. */
function shorten(text: string): string {
  return text.length <= 1000 ? text : `${text.slice(0, 700)} … ${text.slice(-200)}`
}
