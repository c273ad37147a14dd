import type { Code } from '../diagnostics/codes.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'

/** One fault of a data file or dataset. It has no span: the loader does not know the source that asked for the data. */
export function dataFailure(code: Code, message: string, hints: readonly string[] = []): DiagnosticError {
  return new DiagnosticError([error(code, message, { hints })])
}

/** Runs independent steps to their end, then throws the diagnostics of all that failed, or the first other error. */
export async function settleAll<T extends readonly unknown[] | []>(
  steps: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const outcomes = await Promise.allSettled(steps)
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  const other = reasons.find((reason) => !(reason instanceof DiagnosticError))
  if (other !== undefined) throw other
  if (reasons.length > 0) throw new DiagnosticError(reasons.flatMap((reason: DiagnosticError) => reason.diagnostics))
  return Promise.all(steps)
}

/** 47,040,016: the same on every machine, whatever its locale. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString('en-US')
}

/** The system's reason without Node's decoration: "EACCES: permission denied". */
export function systemReason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message.split(', ')[0] ?? cause.message
}
