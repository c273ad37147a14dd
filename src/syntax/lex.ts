import { type IToken, Lexer } from 'chevrotain'
import type { Diagnostic, Staged } from '../diagnostics/diagnostic.ts'
import { checkLiteral, checkNumberEnd, reportStray } from './lexical-errors.ts'
import { endOf, isA, isNumeric, makeToken } from './token-facts.ts'
import {
  allTokens,
  BlockComment,
  LParen,
  Newline,
  OpenComment,
  OpenString,
  SingleQuoted,
  StringToken,
} from './tokens.ts'

const lexer = new Lexer(allTokens, { positionTracking: 'onlyOffset', skipValidations: true })

/**
 * Cuts a text into words and newlines. Comments are gone, but one that spans lines leaves a newline; so are
 * stray characters and what is glued to a malformed number, each of which is reported here.
 */
export function lex(file: string, text: string): Staged<readonly IToken[]> {
  const { tokens: words, errors } = lexer.tokenize(skipByteOrderMark(text))
  const diagnostics = errors.map(({ offset, length }) => reportStray(file, text.slice(offset, offset + length), offset))
  const tokens: IToken[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    diagnostics.push(...checkLiteral(file, word))
    tokens.push(...translate(word))
    if (isNumeric(word)) i = skipGlued(words, i, file, diagnostics)
  }
  return { value: tokens, diagnostics }
}

function skipByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
}

/** The word as the grammar knows it, if it does. */
function translate(word: IToken): IToken[] {
  const { tokenType, image, startOffset } = word
  if (tokenType === OpenComment) return []
  if (tokenType === BlockComment) return /[\n\r]/.test(image) ? [makeToken(Newline, image, startOffset)] : []
  if (tokenType === OpenString || tokenType === SingleQuoted) return [makeToken(StringToken, image, startOffset)]
  return [word]
}

/** Drops what cannot follow a number directly. Returns the index of the last word dropped. */
function skipGlued(words: readonly IToken[], at: number, file: string, diagnostics: Diagnostic[]): number {
  const next = words.at(at + 1)
  if (next === undefined || !touches(words[at], next)) return at
  const problem = checkNumberEnd(file, words[at], next)
  if (problem === undefined) return at
  diagnostics.push(problem)
  if (isA(next, LParen)) return at
  return isNumeric(next) ? skipGlued(words, at + 1, file, []) : at + 1
}

function touches(left: IToken, right: IToken): boolean {
  return endOf(left) === right.startOffset
}
