import { createTokenInstance, type IToken, Lexer } from 'chevrotain'
import type { Diagnostic, Staged } from '../diagnostics/diagnostic.ts'
import { checkLiteral, checkNumberEnd, reportStray } from './lexical-errors.ts'
import { endOf, isNumeric } from './token-facts.ts'
import { allTokens, BlockComment, Newline, OpenComment, OpenString, Stray, StringToken } from './tokens.ts'

const lexer = new Lexer(allTokens, { positionTracking: 'onlyOffset', skipValidations: true })

/**
 * Cuts a text into words and newlines. Comments are gone, but one that spans lines leaves a newline; so are
 * stray characters and what is glued to a malformed number, each of which is reported here.
 */
export function lex(file: string, text: string): Staged<readonly IToken[]> {
  const diagnostics: Diagnostic[] = []
  const tokens: IToken[] = []
  const words = lexer.tokenize(skipByteOrderMark(text)).tokens
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const problem = checkLiteral(file, word)
    if (problem !== undefined) diagnostics.push(...problem)
    if (word.tokenType === Stray) i = skipStrays(words, i, file, diagnostics)
    else if (isNumeric(word)) {
      tokens.push(word)
      i = skipGlued(words, i, file, diagnostics)
    } else pushWord(tokens, word)
  }
  return { value: tokens, diagnostics }
}

function skipByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
}

function pushWord(tokens: IToken[], word: IToken): void {
  if (word.tokenType === OpenComment) return
  if (word.tokenType === BlockComment) {
    if (/[\n\r]/.test(word.image)) tokens.push(retype(word, Newline))
  } else tokens.push(word.tokenType === OpenString ? retype(word, StringToken) : word)
}

function retype(word: IToken, type: typeof Newline): IToken {
  return createTokenInstance(type, word.image, word.startOffset, word.endOffset ?? word.startOffset, NaN, NaN, NaN, NaN)
}

/** Adjacent stray characters are one error. Returns the index of the last of them. */
function skipStrays(words: readonly IToken[], from: number, file: string, diagnostics: Diagnostic[]): number {
  let last = from
  while (last + 1 < words.length && words[last + 1].tokenType === Stray && touches(words[last], words[last + 1])) last++
  diagnostics.push(reportStray(file, words[from], words[last]))
  return last
}

/** Drops what cannot follow a number directly. Returns the index of the last word dropped. */
function skipGlued(words: readonly IToken[], at: number, file: string, diagnostics: Diagnostic[]): number {
  const next = words.at(at + 1)
  if (next === undefined || !touches(words[at], next)) return at
  const problem = checkNumberEnd(file, words[at], next)
  if (problem === undefined) return at
  diagnostics.push(problem)
  return isNumeric(next) ? skipGlued(words, at + 1, file, []) : at + 1
}

function touches(left: IToken, right: IToken): boolean {
  return endOf(left) === right.startOffset
}
