import type { IToken } from 'chevrotain'
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
  const open: IToken[] = []
  const emit = (token: IToken): void => {
    if (isA(token, RParen, RBracket, RBrace)) open.pop()
    laidOut.push(Object.assign(token, { payload: open.length }))
    if (isA(token, LParen, LBracket, LBrace)) open.push(token)
  }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    const isInBody = open.length === 0 || isA(open[open.length - 1], LBrace)
    if (isA(token, Newline)) {
      if (isInBody && separates(laidOut.at(-1), tokens, i)) emit(token)
    } else if (!isA(token, Terminator) || !isInBody) emit(token)
    else if (!isEdge(laidOut.at(-1)) && !isEdge(nextWord(tokens, i), RBrace)) emit(token)
    if (token.tokenType === RBrace && startsStatement(tokens, i + 1)) emit(makeToken(Newline, '', endOf(token)))
  }
  return laidOut
}

/** Whether the newline of that index ends a statement. */
function separates(previous: IToken | undefined, tokens: readonly IToken[], index: number): boolean {
  const next = nextWord(tokens, index)
  if (isEdge(previous) || isEdge(next, RBrace) || previous === undefined || next === undefined) return false
  return !isA(previous, Comma) && !isA(next, Else, LBrace)
}

/** A place beside which no terminator is needed: the file's ends, a terminator, a body's first or last bracket. */
function isEdge(token: IToken | undefined, bracket = LBrace): boolean {
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
