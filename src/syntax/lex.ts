import type { IToken } from 'chevrotain'
import { type Diagnostic, error, type Staged } from '../diagnostics/diagnostic.ts'
import { checkLiteral, checkNumberEnd, reportStray } from './lexical-errors.ts'
import { maxProblems, maxWords } from './limits.ts'
import { scanWord, skipBlanks } from './scan.ts'
import { endOf, isA, isNumeric, makeToken, spanOf } from './token-facts.ts'
import { BlockComment, LParen, Newline, OpenComment, OpenString, SingleQuoted, StringToken } from './tokens.ts'

export interface Lexed extends Staged<readonly IToken[]> {
  /** There are too many words or errors: the words after them are left out, and what is there is not worth parsing. */
  readonly isCut: boolean
}

/** Words as they stand in the text, comments and malformed ones among them. */
interface Scanned {
  readonly words: readonly IToken[]
  readonly strays: readonly Diagnostic[]
  readonly isCut: boolean
}

/**
 * Cuts a text into words and newlines, of which one stands for several in a row. Comments are gone, but one that spans
 * lines leaves a newline; so are stray characters and what is glued to a malformed number, each of which is reported here.
 */
export function lex(file: string, text: string): Lexed {
  const { words, strays, isCut } = scan(file, text)
  const diagnostics: Diagnostic[] = [...strays]
  const tokens: IToken[] = []
  for (let i = 0; i < words.length; i++) {
    if (diagnostics.length > maxProblems) return { value: tokens, diagnostics, isCut: true }
    const word = words[i]
    checkLiteral(file, word, diagnostics)
    addToken(word, tokens)
    if (isNumeric(word)) i = skipGlued(words, i, file, diagnostics)
  }
  return { value: tokens, diagnostics, isCut }
}

function scan(file: string, text: string): Scanned {
  const words: IToken[] = []
  const strays: Diagnostic[] = []
  // A byte-order mark is as good as a blank.
  let at = skipBlanks(text, text.startsWith('\uFEFF') ? 1 : 0)
  while (at < text.length) {
    const word = scanWord(text, at)
    if (word === undefined) {
      const end = endOfRun(text, at)
      strays.push(reportStray(file, text.slice(at, end), at))
      if (strays.length > maxProblems) return { words, strays, isCut: true }
      at = skipBlanks(text, end)
    } else {
      if (words.length === maxWords) return { words, strays: [...strays, reportTooMany(file, word)], isCut: true }
      words.push(word)
      at = skipBlanks(text, endOf(word))
    }
  }
  return { words, strays, isCut: false }
}

/** Where a run of characters that belong to no word ends. */
function endOfRun(text: string, start: number): number {
  let end = start + 1
  while (end < text.length && skipBlanks(text, end) === end && scanWord(text, end) === undefined) end++
  return end
}

function reportTooMany(file: string, word: IToken): Diagnostic {
  return error('WM0117', `more than ${maxWords} words come before this one`, { span: spanOf(file, word) })
}

/** The word as the grammar knows it, if it does. */
function addToken(word: IToken, tokens: IToken[]): void {
  const { tokenType, image, startOffset } = word
  if (tokenType === OpenComment) return
  if (tokenType === Newline) addNewline(word, tokens)
  else if (tokenType === BlockComment) {
    if (/[\n\r]/.test(image)) addNewline(makeToken(Newline, image, startOffset), tokens)
  } else if (tokenType === OpenString || tokenType === SingleQuoted) {
    tokens.push(makeToken(StringToken, image, startOffset))
  } else tokens.push(word)
}

function addNewline(newline: IToken, tokens: IToken[]): void {
  if (tokens.length === 0 || tokens[tokens.length - 1].tokenType !== Newline) tokens.push(newline)
}

/** Drops what cannot follow a number directly, up to where a word can start. Returns the index of the last one dropped. */
function skipGlued(words: readonly IToken[], start: number, file: string, diagnostics: Diagnostic[]): number {
  for (let at = start; at + 1 < words.length; at++) {
    const next = words[at + 1]
    const problem = endOf(words[at]) === next.startOffset ? checkNumberEnd(file, words[at], next) : undefined
    if (problem === undefined) return at
    // One mistake, one message: what is glued to what is dropped goes with it.
    if (at === start) diagnostics.push(problem)
    if (isA(next, LParen)) return at
    if (!isNumeric(next)) return at + 1
  }
  return words.length - 1
}
