import { type Diagnostic, error, type Staged } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from './ast.ts'
import { balance, type MutedRange } from './brackets.ts'
import { DeclarationParser } from './declaration-parser.ts'
import { layOut } from './layout.ts'
import { lex } from './lex.ts'
import { maxTextLength } from './limits.ts'
import { findTooDeep } from './nesting.ts'
import type { SyntaxProblem } from './recovering-parser.ts'

let parser: DeclarationParser | undefined

/**
 * Parses a source file of either kind. Never throws for any text; with errors, the tree lacks the statements, arguments
 * and parameters that they lie in, so it is good for looking at, not for checking. A text beyond the limits (`limits.ts`)
 * is not parsed.
 *
 * @param path as the file is to be named in messages
 */
export function parse(path: string, text: string): Staged<SourceFile> {
  if (text.length > maxTextLength) return unparsed(path, text, [reportTooLong(path, text)])
  const words = lex(path, text)
  const balanced = balance(path, text.length, words.value)
  const earlier = [
    ...words.diagnostics,
    ...balanced.diagnostics.filter((problem) => !isSwallowed(problem, words.diagnostics)),
  ]
  if (words.isCut || balanced.isCut) return unparsed(path, text, words.isCut ? words.diagnostics : earlier)
  const tooDeep = findTooDeep(path, balanced.tokens)
  if (tooDeep !== undefined) return unparsed(path, text, [...earlier, tooDeep])
  parser ??= new DeclarationParser(true)
  parser.start(path, text, layOut(balanced.tokens))
  const declarations = parser.sourceFile()
  const later = parser.problems.filter((problem) => !isConsequence(problem, earlier, balanced.muted))
  parser.start('', '', [])
  const diagnostics = inOrder([...earlier, ...later.map((problem) => problem.diagnostic)])
  return { value: { path, text, declarations }, diagnostics }
}

function unparsed(path: string, text: string, diagnostics: readonly Diagnostic[]): Staged<SourceFile> {
  return { value: { path, text, declarations: [] }, diagnostics: inOrder(diagnostics) }
}

function reportTooLong(path: string, text: string): Diagnostic {
  const message = `found ${text.length} characters, wanted at most ${maxTextLength}`
  return error('WM0003', message, { span: { file: path, start: 0, end: 0 } })
}

/** Whether a bracket is missed only because a comment or string that never ends has swallowed its partner. */
function isSwallowed({ span }: Diagnostic, lexical: readonly Diagnostic[]): boolean {
  const start = span?.start ?? 0
  return lexical.some((problem) => {
    const from = problem.span?.start ?? 0
    return problem.code === 'WM0102' ? from <= start : problem.code === 'WM0103' && from === start
  })
}

/** Whether a grammar error only follows from an error in a word or bracket before it, or within it, in the same statement. */
function isConsequence(
  { diagnostic, statement }: SyntaxProblem,
  earlier: readonly Diagnostic[],
  muted: readonly MutedRange[],
): boolean {
  const { start, end } = diagnostic.span ?? { start: 0, end: 0 }
  if (muted.some((range) => range.start <= start && start <= range.end)) return true
  return earlier.some(({ span }) => span !== undefined && statement <= span.start && span.start <= end)
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
}
