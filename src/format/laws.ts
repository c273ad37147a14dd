import { type Diagnostic, error, type Span } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from '../syntax/ast.ts'
import { endOf, isA } from '../syntax/token-facts.ts'
import { Comma } from '../syntax/tokens.ts'
import { type Comment, type Gap, joinGaps, readWords } from './words.ts'

export interface Formatted {
  readonly before: SourceFile
  readonly after: SourceFile
  /** The syntax errors of `after`. */
  readonly problems: readonly Diagnostic[]
  /** What formats a file once more. */
  print(file: SourceFile): string
}

/**
 * Holds a result to what formatting promises: the same words and comments in the same order, the same tree, and nothing left
 * to format. Returns the promise that is broken, at its place in the file.
 */
export function findBrokenLaw({ before, after, problems, print }: Formatted): Diagnostic | undefined {
  const [parts, results] = [readParts(before), readParts(after)]
  const refuseAt = (index: number, message: string): Diagnostic => refuse(spanOfPart(before, parts.at(index)), message)
  /** The index of the part at or after a place of the result. */
  const indexOf = (offset: number): number => results.findIndex((part) => part.end > offset)

  const differing = parts.findIndex((part, index) => part.text !== results.at(index)?.text)
  const changed = differing < 0 && results.length > parts.length ? parts.length : differing
  if (changed >= 0) return refuseAt(changed, describeChange(parts.at(changed), results.at(changed)))

  const [problem] = problems
  if (problem !== undefined) {
    return refuseAt(indexOf(problem.span?.start ?? 0), `the result would have an error: ${problem.message}`)
  }
  const other = before.declarations.findIndex((node, index) => !isSameTree(node, after.declarations.at(index)))
  if (other >= 0) return refuse(before.declarations[other].span, 'the result would have another meaning')

  const line = findChangedLine(after.text, print(after))
  return line === undefined ? undefined : refuseAt(indexOf(line), 'formatted once more, the result would change again')
}

/** A word or comment; commas and separators may come and go, the tree answers for them. */
interface Part {
  readonly text: string
  readonly start: number
  readonly end: number
}

function readParts(file: SourceFile): readonly Part[] {
  const { words, end } = readWords(file.path, file.text)
  const parts: Part[] = []
  // The gap before a comma, which goes on after it; the start of a file is like the start of a line.
  let earlier: Gap = { comments: [], breaks: 1, endsBlank: false, spansLines: false }
  for (const { token, gap } of words) {
    for (const comment of commentsOf(gap, earlier)) parts.push(comment)
    earlier = isA(token, Comma) ? gap : noGap
    if (!isA(token, Comma)) parts.push({ text: token.image, start: token.startOffset, end: endOf(token) })
  }
  return [...parts, ...commentsOf(end, earlier)]
}

function commentsOf(gap: Gap, earlier: Gap): readonly Part[] {
  return joinGaps(earlier, gap).comments.slice(earlier.comments.length).map(partOf)
}

const noGap: Gap = { comments: [], breaks: 0, endsBlank: false, spansLines: false }

/** A comment without the indentation of lines that begin with a star, and with its place: in a line of code or below it. */
function partOf({ text, isLine, breaks, start }: Comment): Part {
  const place = isLine && breaks === 0 ? ' ' : ''
  return { text: `${place}${text.replaceAll(/\n[ \t]*\*/g, '\n*')}`, start, end: start + text.length }
}

function describeChange(part: Part | undefined, result: Part | undefined): string {
  const wanted = part === undefined ? 'the end of the file' : `\`${part.text.trim()}\``
  const found = result === undefined ? 'the end of the file' : `\`${result.text.trim()}\``
  return found === wanted
    ? `${wanted} would move to another line`
    : `the result would have ${found} in place of ${wanted}`
}

function spanOfPart(file: SourceFile, part: Part | undefined): Span {
  const { start, end } = part ?? { start: file.text.length, end: file.text.length }
  return { file: file.path, start, end }
}

function refuse(span: Span, message: string): Diagnostic {
  return error('WM0116', message, {
    span,
    hints: ['the file is left as it was; this is a bug in wmnet: please report it with the file'],
  })
}

/** Whether two trees are the same but for where they stand. */
function isSameTree(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  const [fields, others] = [Object.entries(left), new Map(Object.entries(right))]
  return (
    fields.length === others.size &&
    fields.every(([name, field]) => others.has(name) && (name === 'span' || isSameTree(field, others.get(name))))
  )
}

/** Where the first line starts that differs. */
function findChangedLine(text: string, other: string): number | undefined {
  if (text === other) return undefined
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return text.lastIndexOf('\n', at - 1) + 1
}
