import type { IToken } from 'chevrotain'
import { layOut } from '../syntax/layout.ts'
import { lex } from '../syntax/lex.ts'
import { endOf, isA } from '../syntax/token-facts.ts'
import { Terminator } from '../syntax/tokens.ts'

/** A comment and what stands between it and the word, comment or separator before it. */
export interface Comment {
  readonly kind: 'comment'
  /** As written, but for blanks at the ends of its lines; its lines end in `\n`. */
  readonly text: string
  readonly start: number
  /** `//`: nothing can follow in its line. */
  readonly isLine: boolean
  /** Line ends before it. */
  readonly breaks: number
  readonly isAfterBlank: boolean
  /** Whether a `;` or `,` stands between it and the word before. */
  readonly isAfterSeparator: boolean
}

/** What stands between two words: blanks, line ends, comments, and separators that the layout has taken out. */
export interface Gap {
  readonly comments: readonly Comment[]
  /** Line ends after the last comment. */
  readonly breaks: number
  /** Whether a blank line comes after the last comment. */
  readonly endsBlank: boolean
  /** Whether the words stand on different lines. */
  readonly spansLines: boolean
}

/** A word of the language. Separators of statements are none: they show in the word after them. */
export interface Word {
  readonly kind: 'word'
  readonly token: IToken
  readonly gap: Gap
  readonly startsStatement: boolean
}

export interface Words {
  readonly words: readonly Word[]
  /** What follows the last word. */
  readonly end: Gap
}

/** @param text without syntax errors: between its words are only blanks, comments and separators */
export function readWords(path: string, text: string): Words {
  const words: Word[] = []
  let end = 0
  let startsStatement = true
  for (const token of layOut(lex(path, text).value)) {
    if (isA(token, Terminator)) {
      startsStatement = true
      continue
    }
    words.push({ kind: 'word', token, gap: readGap(text, end, token.startOffset), startsStatement })
    end = endOf(token)
    startsStatement = false
  }
  return { words, end: readGap(text, end, text.length) }
}

/** The gap around a separator that is a word of its own, such as the `,` of a list. */
export function joinGaps(before: Gap, after: Gap): Gap {
  const later = after.comments.map((comment, index) => ({
    ...comment,
    breaks: comment.breaks + (index === 0 ? before.breaks : 0),
    isAfterBlank: comment.isAfterBlank || (index === 0 && before.endsBlank),
    isAfterSeparator: true,
  }))
  const isEmptyAfter = later.length === 0
  return {
    comments: [...before.comments, ...later],
    breaks: after.breaks + (isEmptyAfter ? before.breaks : 0),
    endsBlank: after.endsBlank || (isEmptyAfter && before.endsBlank),
    spansLines: before.spansLines || after.spansLines,
  }
}

const gapParts = /\r\n|[\n\r;]|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g

function readGap(text: string, start: number, end: number): Gap {
  const gap = text.slice(start, end)
  const comments: Comment[] = []
  let isAfterSeparator = false
  let breaks = 0
  // Line ends with nothing between them: two of them enclose a blank line.
  let run = 0
  let isAfterBlank = false
  for (const { 0: part, index } of gap.matchAll(gapParts)) {
    if (part === ';') {
      isAfterSeparator = true
      run = 0
    } else if (part.startsWith('/')) {
      const facts = { start: start + index, isLine: part.startsWith('//'), breaks, isAfterBlank, isAfterSeparator }
      comments.push({ kind: 'comment', text: trimLines(part), ...facts })
      breaks = run = 0
      isAfterBlank = false
    } else {
      breaks++
      run++
      isAfterBlank ||= run > 1
    }
  }
  return { comments, breaks, endsBlank: isAfterBlank, spansLines: /[\n\r]/.test(gap) }
}

function trimLines(comment: string): string {
  return comment.replaceAll(/[ \t]*(?:\r\n|\n|\r)/g, '\n').replace(/[ \t]+$/, '')
}
