import type { IToken, TokenType } from 'chevrotain'
import { endOf, isA, makeToken } from './token-facts.ts'
import {
  Comma,
  Else,
  If,
  LBrace,
  LBracket,
  LParen,
  Name,
  Newline,
  RBrace,
  RBracket,
  RParen,
  Semicolon,
  Terminator,
  Times,
  X,
} from './tokens.ts'

/**
 * Leaves exactly one terminator between two statements and none elsewhere: newlines inside `( )` and `[ ]`, after a
 * comma and before `else` or `{` go, and so do the empty statements of `;;`. A `}` that another statement follows
 * in the same line gets one. Notes at each token how many brackets are open around it.
 *
 * @param tokens with balanced brackets
 */
export function layOut(tokens: readonly IToken[]): IToken[] {
  const laidOut: IToken[] = []
  const open: TokenType[] = []
  const emit = (token: IToken, closes: boolean, opens: boolean): void => {
    if (closes) open.pop()
    token.payload = open.length
    laidOut.push(token)
    if (opens) open.push(token.tokenType)
  }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    const type = token.tokenType
    if (type === Newline || type === Semicolon) {
      const isInBody = open.length === 0 || open[open.length - 1] === LBrace
      if (isInBody ? separates(laidOut.at(-1), tokens, i) : type === Semicolon) emit(token, false, false)
      continue
    }
    const closes = type === RParen || type === RBracket || type === RBrace
    emit(token, closes, type === LParen || type === LBracket || type === LBrace)
    if (type === RBrace && startsStatement(tokens, i + 1)) emit(makeToken(Newline, '', endOf(token)), false, false)
  }
  return laidOut
}

/** Whether the newline or `;` of that index, in a body, ends a statement. */
function separates(previous: IToken | undefined, tokens: readonly IToken[], index: number): boolean {
  const next = nextWord(tokens, index)
  if (isEdge(previous, LBrace) || isEdge(next, RBrace)) return false
  if (tokens[index].tokenType === Semicolon) return true
  return previous?.tokenType !== Comma && next?.tokenType !== Else && next?.tokenType !== LBrace
}

/** A place beside which no terminator is needed: the file's ends, a terminator, a body's first or last bracket. */
function isEdge(token: IToken | undefined, bracket: TokenType): boolean {
  return token === undefined || isA(token, Terminator, bracket)
}

function nextWord(tokens: readonly IToken[], index: number): IToken | undefined {
  let next = index + 1
  while (next < tokens.length && isA(tokens[next], Newline)) next++
  return tokens.at(next)
}

/** Whether a statement can start at that index, directly after a `}`: not `x3`, `as` or `else`. */
function startsStatement(tokens: readonly IToken[], index: number): boolean {
  const token = tokens.at(index)
  const next = tokens.at(index + 1)
  if (token === undefined || !isA(token, Name, If)) return false
  return !isA(token, Times) && !(isA(token, X) && next !== undefined && isA(next, LParen))
}
