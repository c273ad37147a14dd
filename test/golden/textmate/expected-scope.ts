import type { ParsedWord } from './parsed-words.ts'
import { findComments } from './parsed-words.ts'
import type { ScopedToken } from './tokenize.ts'

const keywordScope = /^(?:keyword\.(?:control|operator\.(?:logical|repeat))|storage\.|constant\.language)/

/** The scope that a word must have, by what the grammar took it for. */
const scopesByRole: Readonly<Record<string, RegExp>> = {
  Name: /^(?:variable|entity|support|constant\.language)\./,
  Number: /^constant\.numeric\.decimal/,
  Percent: /^constant\.numeric\.percentage/,
  Shape: /^constant\.numeric\.shape/,
  Times: /^constant\.numeric\.repeat/,
  String: /^string\.quoted/,
  DotDot: /^keyword\.operator\.range/,
  Equals: /^keyword\.operator\.assignment/,
  Plus: /^keyword\.operator/,
  BinaryOperator: /^keyword\.operator/,
  PrefixOperator: /^keyword\.operator/,
}

/** Keywords by their letters; what is left are brackets and separators. */
function scopeOf({ token, role }: ParsedWord): RegExp {
  return scopesByRole[role.name] ?? (/^[a-z]+$/.test(token.image) ? keywordScope : /^punctuation\./)
}

/** Where the scopes of a program are not what its grammar says, in words; no such place, an empty list. */
export function findDisagreements(
  text: string,
  words: readonly ParsedWord[],
  tokens: readonly ScopedToken[],
): readonly string[] {
  const problems = words.flatMap(({ token, role }) => {
    const end = token.startOffset + token.image.length
    if (role.name === 'Terminator' && token.image !== ';') return []
    const scopes = scopesIn(tokens, token.startOffset, end)
    const wanted = scopeOf({ token, role })
    const fits = scopes.length > 0 && scopes.every((list) => list.some((scope) => wanted.test(scope)))
    const isNoName =
      role.name === 'Name' && scopes.some((list) => list.some((scope) => /^(?:keyword|storage)/.test(scope)))
    const isComment = scopes.some((list) => list.some((scope) => scope.startsWith('comment')))
    return fits && !isNoName && !isComment
      ? []
      : [`${at(text, token.startOffset)} ${token.image} is ${role.name}: ${print(scopes)}`]
  })
  const comments = findComments(text).flatMap(({ start, end }) => {
    const scopes = scopesIn(tokens, start, end)
    const fits = scopes.every((list) => list.some((scope) => scope.startsWith('comment.')))
    return fits ? [] : [`${at(text, start)} comment: ${print(scopes)}`]
  })
  const invalid = tokens.filter(({ scopes }) => scopes.some((scope) => scope.startsWith('invalid')))
  return [
    ...problems,
    ...comments,
    ...invalid.map(({ start, end }) => `${at(text, start)} ${text.slice(start, end)} is invalid`),
  ]
}

/** The scopes of every token that lies in a stretch of text, those of the file left out. */
function scopesIn(tokens: readonly ScopedToken[], start: number, end: number): readonly (readonly string[])[] {
  return tokens.filter((token) => token.end > start && token.start < end).map(({ scopes }) => scopes.slice(1))
}

function at(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

function print(scopes: readonly (readonly string[])[]): string {
  return scopes.map((list) => `[${list.join(' ')}]`).join(' ')
}
