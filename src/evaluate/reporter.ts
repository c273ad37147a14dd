import type { Code } from '../diagnostics/codes.ts'
import type { Diagnostic, DiagnosticDetails, Span } from '../diagnostics/diagnostic.ts'
import { error, warning } from '../diagnostics/diagnostic.ts'
import { maxProblems } from '../syntax/limits.ts'

/** Collects the diagnostics of one stage. */
export interface Reporter {
  readonly diagnostics: Diagnostic[]
  error(code: Code, span: Span, message: string, details?: Omit<DiagnosticDetails, 'span'>): void
  warn(code: Code, span: Span, message: string, details?: Omit<DiagnosticDetails, 'span'>): void
  /** How many errors so far: callers compare before and after to see whether a step failed. */
  errorCount(): number
}

export function createReporter(): Reporter {
  const diagnostics: Diagnostic[] = []
  let errors = 0
  return {
    diagnostics,
    error(code, span, message, details = {}) {
      errors++
      diagnostics.push(error(code, message, { ...details, span }))
    },
    warn(code, span, message, details = {}) {
      diagnostics.push(warning(code, message, { ...details, span }))
    },
    errorCount: () => errors,
  }
}

/** After so many errors nobody reads more of them, and the rest is not looked at. */
export function hasEnoughErrors(report: Reporter): boolean {
  return report.errorCount() > maxProblems
}
