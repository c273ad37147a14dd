import type { IToken } from 'chevrotain'
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts'
import { findBadEscapes, isInteger, numberValue, shapeDims } from './literals.ts'
import { endOf, isA, isNumeric, spanOf } from './token-facts.ts'
import {
  LParen,
  Name,
  NumberToken,
  OpenComment,
  OpenString,
  Percent,
  Shape,
  SingleQuoted,
  StringToken,
  Times,
  X,
} from './tokens.ts'

/** Adds what is wrong with a single word. */
export function checkLiteral(file: string, word: IToken, diagnostics: Diagnostic[]): void {
  switch (word.tokenType) {
    case NumberToken:
    case Percent:
      checkNumber(file, word, diagnostics)
      break
    case Shape:
      checkShape(file, word, diagnostics)
      break
    case StringToken:
      checkEscapes(file, word, diagnostics)
      break
    case SingleQuoted:
      diagnostics.push(reportStray(file, word.image, word.startOffset))
      break
    case OpenString:
      diagnostics.push(reportOpenString(file, word))
      break
    case OpenComment: {
      const span = { file, start: word.startOffset, end: word.startOffset + 2 }
      diagnostics.push(error('WM0102', 'found the end of the file, wanted `*/` for this `/*`', { span }))
    }
  }
}

function reportOpenString(file: string, word: IToken): Diagnostic {
  const end = endOf(word)
  return error('WM0103', 'found the end of the line, wanted `"`', {
    span: { file, start: end, end },
    labels: [{ span: { file, start: word.startOffset, end: word.startOffset + 1 }, message: 'it starts here' }],
    hints: ['close it with `"` on the same line; a line break inside a string is `\\n`'],
  })
}

/** What is wrong with a number that `next` follows without a space. */
export function checkNumberEnd(file: string, number: IToken, next: IToken): Diagnostic | undefined {
  const span = { file, start: number.startOffset, end: endOf(next) }
  const isWord = isNumeric(next) || isA(next, Name)
  if (isA(number, Percent) && (isWord || isA(next, LParen))) {
    const left = number.image.slice(0, -1)
    const right = isWord ? next.image : '(…'
    const hints = [`write \`${left} % ${right}\` with spaces for the remainder of the division`]
    return error('WM0107', `found \`${number.image}${next.image}\`: \`${number.image}\` is a percentage`, {
      span,
      hints,
    })
  }
  if (!isWord) return undefined
  return error('WM0105', `found \`${number.image}${next.image}\`, wanted a number or a shape`, {
    span,
    hints: numberHints(number, next),
  })
}

/** A character, or a run of them, that belongs to no word. */
export function reportStray(file: string, run: string, offset: number): Diagnostic {
  const codePoint = run.codePointAt(0) ?? 0
  const character = String.fromCodePoint(codePoint)
  const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  const isVisible = !/[\p{C}\p{Z}\p{M}]/u.test(character)
  const hint = strayHints.find(([pattern]) => pattern.test(character))?.[1]
  return error('WM0101', isVisible ? `found \`${character}\` (${name})` : `found the character ${name}`, {
    span: { file, start: offset, end: offset + run.length },
    hints: hint === undefined ? [] : [hint],
  })
}

function checkNumber(file: string, word: IToken, diagnostics: Diagnostic[]): void {
  const value = numberValue(word.image)
  const fits = isInteger(word.image) ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (fits) return
  const limit = isInteger(word.image) ? `at most ${Number.MAX_SAFE_INTEGER}` : 'at most about 1.8e308'
  diagnostics.push(error('WM0106', `found ${word.image}, wanted ${limit}`, { span: spanOf(file, word) }))
}

function checkShape(file: string, word: IToken, diagnostics: Diagnostic[]): void {
  if (shapeDims(word.image).every(Number.isSafeInteger)) return
  const message = `found ${word.image}, wanted numbers of at most ${Number.MAX_SAFE_INTEGER}`
  diagnostics.push(error('WM0106', message, { span: spanOf(file, word) }))
}

/** Bad escapes of one string that are reported. */
const maxEscapes = 100

function checkEscapes(file: string, word: IToken, diagnostics: Diagnostic[]): void {
  if (!word.image.includes('\\')) return
  for (const { offset, written } of findBadEscapes(word.image, maxEscapes)) {
    const start = word.startOffset + offset
    const message = `found \`${written}\`, wanted \`\\"\`, \`\\\\\`, \`\\n\`, \`\\t\` or \`\\u{…}\``
    const span = { file, start, end: start + written.length }
    diagnostics.push(
      error('WM0104', message, { span, hints: ['a backslash itself is `\\\\`; paths are written with `/`'] }),
    )
  }
}

function numberHints(number: IToken, next: IToken): string[] {
  if (isA(next, X, Times) || (isA(number, Shape) && next.image.startsWith('x'))) {
    return ['a shape is numbers and `x` alone, such as `28x28x1`']
  }
  if (/^e/i.test(next.image)) return ['an exponent needs digits, such as `1e-3`']
  return isA(next, Name) ? ['a name starts with a letter or `_`'] : []
}

const strayHints: readonly (readonly [RegExp, string])[] = [
  [/['‘’“”„«»]/, 'strings are written with `"`'],
  [/#/, 'a comment starts with `//`'],
  [/&/, 'write `and`'],
  [/\|/, 'write `or`'],
  [/!/, 'write `not`; different is `!=`'],
  [/[×✕]/, 'write the letter `x`, as in `28x28x1` or `x3`'],
  [/[−–—]/, 'the minus sign of the keyboard is `-`'],
  [/…/, 'a range is written with two dots: `0..9`'],
  [/\./, 'a point stands between digits (`0.5`) or between the parts of a name (`wm.smooth`), without spaces'],
  [/\p{Z}/u, 'it looks like a space; replace it by one'],
  [/\p{L}|\p{N}/u, 'names are made of the letters a–z and A–Z, digits and `_`'],
]
