import { layOut } from '../src/syntax/layout.ts'
import { lex } from '../src/syntax/lex.ts'
import { endOf, isA } from '../src/syntax/token-facts.ts'
import {
  Comma,
  Else,
  LBrace,
  LBracket,
  LParen,
  Name,
  RBrace,
  RBracket,
  RParen,
  Terminator,
} from '../src/syntax/tokens.ts'

/**
 * What the grammar allows between two words: `line` blanks, `lines` line ends as well, `edge` separators too, which then
 * separate nothing, `separator` something that ends a statement.
 */
export type GapKind = 'line' | 'lines' | 'edge' | 'separator'

export interface Part {
  /** All that stands between the word before and this one. */
  readonly before: string
  readonly word: string
  readonly gap: GapKind
  /** A name that is no word of the language. */
  readonly isName: boolean
}

/** A program as its words and what stands before each; the last part is the end of the file. */
export function cutIntoParts(text: string): readonly Part[] {
  const parts: Part[] = []
  const open: string[] = []
  let previous = ''
  let end = 0
  let isSeparated = false
  const add = (word: string, start: number, gap: GapKind, isName: boolean): void => {
    parts.push({ before: text.slice(end, start), word, gap, isName })
    previous = word
    end = start + word.length
    isSeparated = false
  }
  for (const token of layOut(lex('a', text).value)) {
    if (isA(token, Terminator)) {
      isSeparated = true
      continue
    }
    const gap = gapBefore(previous, token.image, { isSeparated, isInBody: (open.at(-1) ?? '{') === '{' })
    if (isA(token, RParen, RBracket, RBrace)) open.pop()
    else if (isA(token, LParen, LBracket, LBrace)) open.push(token.image)
    add(token.image, token.startOffset, gap, token.tokenType === Name)
    end = endOf(token)
  }
  add('', text.length, 'edge', false)
  return parts
}

function gapBefore(previous: string, word: string, where: { isSeparated: boolean; isInBody: boolean }): GapKind {
  if (where.isSeparated) return 'separator'
  if (!where.isInBody) return 'lines'
  if (previous === '' || previous === '{' || word === '}') return 'edge'
  return previous === Comma.PATTERN || word === Else.PATTERN || word === LBrace.PATTERN ? 'lines' : 'line'
}
