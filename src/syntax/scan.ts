import type { IToken, TokenType } from 'chevrotain'
import { makeToken } from './token-facts.ts'
import {
  allTokens,
  BlockComment,
  Name,
  Newline,
  NumberToken,
  OpenComment,
  OpenString,
  Percent,
  Shape,
  SingleQuoted,
  StringToken,
  Times,
} from './tokens.ts'

/**
 * The words of `tokens.ts` found by hand, character by character: a few times as fast as chevrotain's lexer, in memory that
 * its caller bounds, and without the backtracking of regular expressions, whose stack a long word can overflow.
 */

const letter = 1
const digit = 2
const classes = new Uint8Array(128)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
  classes[character.charCodeAt(0)] = letter
for (const character of '0123456789') classes[character.charCodeAt(0)] = digit

const keywords = new Map<string, TokenType>()
/** By the code of the first character, the longest first. */
const symbols: { readonly text: string; readonly type: TokenType }[][] = Array.from({ length: 128 }, () => [])
for (const type of allTokens) {
  const { PATTERN: text } = type
  if (typeof text !== 'string') continue
  const first = text.charCodeAt(0)
  if (classes[first] === letter) keywords.set(text, type)
  else symbols[first].push({ text, type })
}
for (const list of symbols) list.sort((a, b) => b.text.length - a.text.length)

/** The first offset at or after `at` that is no blank and in no line comment. */
export function skipBlanks(text: string, at: number): number {
  let offset = at
  for (;;) {
    const code = text.charCodeAt(offset)
    if (code === 0x20 || code === 0x09) offset++
    else if (code === 0x2f && text.charCodeAt(offset + 1) === 0x2f) offset = endOfLine(text, offset + 2)
    else return offset
  }
}

/** The word that starts at an offset; undefined where none does. */
export function scanWord(text: string, at: number): IToken | undefined {
  const code = text.charCodeAt(at)
  const kind = classAt(text, at)
  if (kind === letter) return scanName(text, at)
  if (kind === digit) return scanNumber(text, at)
  if (code === 0x0a) return word(Newline, text, at, at + 1)
  if (code === 0x0d) return word(Newline, text, at, text.charCodeAt(at + 1) === 0x0a ? at + 2 : at + 1)
  if (code === 0x22) return scanString(text, at)
  if (code === 0x27) return scanSingleQuoted(text, at)
  if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) return scanComment(text, at)
  if (!(code < 128)) return undefined
  for (const symbol of symbols[code]) {
    if (text.startsWith(symbol.text, at)) return makeToken(symbol.type, symbol.text, at)
  }
  return undefined
}

function word(type: TokenType, text: string, start: number, end: number): IToken {
  return makeToken(type, text.slice(start, end), start)
}

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 128 ? classes[code] : 0
}

/** `wm.smooth`: a dot belongs to the name where a letter follows. */
function scanName(text: string, start: number): IToken {
  let end = start
  do {
    if (end > start) end++
    while (classAt(text, end) !== 0) end++
  } while (text.charCodeAt(end) === 0x2e && classAt(text, end + 1) === letter)
  const image = text.slice(start, end)
  const type = keywords.get(image)
  if (type !== undefined) return makeToken(type, image, start)
  return makeToken(isTimes(image) ? Times : Name, image, start)
}

function isTimes(image: string): boolean {
  return image.charCodeAt(0) === 0x78 && image.length > 1 && skipDigits(image, 1) === image.length
}

/** `28x28x1`, `90%` or `1e-3`. */
function scanNumber(text: string, start: number): IToken {
  let end = skipDigits(text, start)
  if (text.charCodeAt(end) === 0x78 && classAt(text, end + 1) === digit) {
    while (text.charCodeAt(end) === 0x78 && classAt(text, end + 1) === digit) end = skipDigits(text, end + 1)
    return word(Shape, text, start, end)
  }
  if (text.charCodeAt(end) === 0x2e && classAt(text, end + 1) === digit) end = skipDigits(text, end + 1)
  const letterE = text.charCodeAt(end) | 0x20
  if (letterE === 0x65) {
    const sign = text.charCodeAt(end + 1)
    const digits = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1
    if (classAt(text, digits) === digit) end = skipDigits(text, digits)
  }
  return text.charCodeAt(end) === 0x25 ? word(Percent, text, start, end + 1) : word(NumberToken, text, start, end)
}

function skipDigits(text: string, at: number): number {
  let end = at
  while (classAt(text, end) === digit) end++
  return end
}

/** Up to its `"`, or to the end of the line where there is none. */
function scanString(text: string, start: number): IToken {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return word(StringToken, text, start, at + 1)
    if (isLineEnd(code)) return word(OpenString, text, start, at)
    if (code === 0x5c && !isLineEnd(text.charCodeAt(at + 1))) at++
  }
  return word(OpenString, text, start, text.length)
}

function scanSingleQuoted(text: string, start: number): IToken | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x27) return word(SingleQuoted, text, start, at + 1)
    if (isLineEnd(code)) return undefined
  }
  return undefined
}

function scanComment(text: string, start: number): IToken {
  const end = text.indexOf('*/', start + 2)
  return end < 0 ? word(OpenComment, text, start, text.length) : word(BlockComment, text, start, end + 2)
}

function endOfLine(text: string, at: number): number {
  let end = at
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++
  return end
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d
}
