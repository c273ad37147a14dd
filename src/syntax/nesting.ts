import type { IToken } from 'chevrotain'
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts'
import { isA, spanOf } from './token-facts.ts'
import {
  BinaryOperator,
  Comma,
  Else,
  If,
  LBrace,
  LBracket,
  LParen,
  Newline,
  PrefixOperator,
  RBrace,
  RBracket,
  RParen,
  Semicolon,
} from './tokens.ts'

/** The most levels that one place of a file may lie deep. Parser and checker recurse, and a stack is finite. */
export const maxDepth = 100

interface Level {
  /** Whether newlines separate statements here: in braces, and outside all brackets. */
  readonly isBody: boolean
  /** Tokens since the last separator that may each hold the next in their part of the tree. */
  count: number
}

/**
 * Bounds the depth of the tree before there is one, and reports the first token beyond `maxDepth`: brackets, operators
 * and `if`s each deepen it by at most one level, and within a bracket only those since the last separator
 * can lie in one another.
 */
export function findTooDeep(file: string, tokens: readonly IToken[]): Diagnostic | undefined {
  const levels: Level[] = [{ isBody: true, count: 0 }]
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    const level = levels[levels.length - 1]
    const closes = isA(token, RParen, RBracket, RBrace)
    if (closes || endsItem(level, tokens, index)) {
      depth -= level.count
      level.count = 0
      if (closes && levels.length > 1) levels.pop()
    } else if (isA(token, LParen, LBracket, LBrace, If, BinaryOperator, PrefixOperator)) {
      level.count++
      depth++
      if (isA(token, LParen, LBracket, LBrace)) levels.push({ isBody: isA(token, LBrace), count: 0 })
    }
    if (depth > maxDepth) {
      return error('WM0110', `found level ${depth}, wanted at most ${maxDepth}`, { span: spanOf(file, token) })
    }
  }
  return undefined
}

function endsItem(level: Level, tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index]
  return isA(token, Comma, Semicolon) || (level.isBody && isA(token, Newline) && !isElseNext(tokens, index))
}

function isElseNext(tokens: readonly IToken[], index: number): boolean {
  let next = index + 1
  while (next < tokens.length && isA(tokens[next], Newline)) next++
  return next < tokens.length && isA(tokens[next], Else)
}
