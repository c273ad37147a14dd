import type { TokenType } from 'chevrotain'
import { alternateName } from '../../src/evaluate/alternate.ts'
import { functionNames } from '../../src/evaluate/functions.ts'
import { catalog } from '../../src/registry/catalog.ts'
import {
  Ablation,
  allTokens,
  Define,
  Name,
  Network,
  NumberToken,
  Percent,
  Protocol,
  Shape,
  Study,
  Times,
} from '../../src/syntax/tokens.ts'

// Regular expressions of TextMate grammars (Oniguruma) for the words of the language, taken from the lexer. They never see
// more than one line, and what they look at before or after a word may hold comments: `block /* first */ conv(8)`.

/** Nothing follows that would go on with a name. */
const nameEnd = String.raw`(?![0-9A-Za-z_]|\.[A-Za-z_])`
const closedComment = String.raw`/\*(?:[^*]|\*(?!/))*\*/`
/** What may stand between two words of one line. */
export const gap = String.raw`(?:[ \t]|${closedComment})*`

export const shape = patternOf(Shape)
export const percentage = patternOf(Percent)
export const number = patternOf(NumberToken)
export const repeat = `(?:${patternOf(Times)})${nameEnd}`
/** Digits that run into a letter, a percentage that runs into a number: `3d`, `7%2`. */
export const malformedNumber = `(?:(?>${percentage})[0-9]|(?>${shape}|${percentage}|${number})[A-Za-z_])[0-9A-Za-z_.]*`

/** Words that are never names. */
const reserved = allTokens.filter((token) => isWord(token) && !isNameLike(token))
/** A name that is no reserved word, from its first letter on. */
export const name = `(?<![0-9A-Za-z_])(?!${keyword(...reserved)})(?:${patternOf(Name)})${nameEnd}`

/** Built-in layers, optimizers, noises … and the pure functions, longest first. */
export const builtin = `(?:${[
  ...new Set([...Object.values(catalog).flatMap((registry) => [...registry.keys()]), ...functionNames, alternateName]),
]
  .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  .map(escapeText)
  .join('|')})${nameEnd}`

/** Any of these keywords, as a whole word. */
export function keyword(...tokens: readonly TokenType[]): string {
  return `(?:${tokens.map(textOf).join('|')})${nameEnd}`
}

/** Any of these operators or signs; longer ones win over those that they start with. */
export function sign(...tokens: readonly TokenType[]): string {
  const texts = tokens.map(textOf).sort((a, b) => b.length - a.length)
  return `(?:${texts.map(escapeText).join('|')})`
}

/** The tokens of a category that are written in signs, `<=`, or in letters, `and`. */
export function membersOf(category: TokenType, kind: 'signs' | 'letters'): readonly TokenType[] {
  const members = allTokens.filter((token) => token.CATEGORIES?.includes(category) && typeof token.PATTERN === 'string')
  return members.filter((token) => isWord(token) === (kind === 'letters'))
}

/** A word that starts a declaration wherever it starts a line: every bracket that is still open ends there. */
export const declarationLine = `^(?=${gap}${keyword(Network, Define, Ablation, Protocol, Study)}${gap}${name})`
/** A comment that the line does not close counts as the line's end. */
const unclosedComment = String.raw`(?=/\*(?!(?:[^*]|\*(?!/))*\*/))`
/** Where a statement ends, if it does not go on after a comma. */
export const statementEnd = `(?=[;{}])|$|${unclosedComment}|${declarationLine}`
/** The next word, whatever lines and comments lie in between, unless it starts with one of these characters. */
export function nextWordBut(characters: string): string {
  return `(?=[^ \\t\\n/${characters}]|/(?![/*]))`
}

function isWord({ PATTERN }: TokenType): boolean {
  return typeof PATTERN === 'string' && /^[a-z]+$/.test(PATTERN)
}

/** Whether a keyword is contextual. */
function isNameLike({ CATEGORIES }: TokenType): boolean {
  return CATEGORIES?.includes(Name) ?? false
}

function textOf({ name: tokenName, PATTERN }: TokenType): string {
  if (typeof PATTERN !== 'string') throw new Error(`${tokenName} has a pattern, and is no fixed text`)
  return PATTERN
}

/** Oniguruma's \d and \w take in every script; JavaScript's, which the lexer means, are ASCII. */
function patternOf({ name: tokenName, PATTERN }: TokenType): string {
  if (!(PATTERN instanceof RegExp)) throw new Error(`${tokenName} has no pattern`)
  return PATTERN.source.replaceAll(String.raw`\d`, '[0-9]').replaceAll(String.raw`\w`, '[0-9A-Za-z_]')
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
