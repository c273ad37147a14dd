import type { IToken, TokenType } from 'chevrotain'
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts'
import { isA, spanOf } from './token-facts.ts'
import {
  allTokens,
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

/** What a word does to the depth; most words do nothing. */
type Effect = 'deepens' | 'opens' | 'opens body' | 'closes' | 'separates' | 'ends line'

const effects = new Map<TokenType, Effect>([
  [LBrace, 'opens body'],
  ...entries([LParen, LBracket], 'opens'),
  ...entries([RParen, RBracket, RBrace], 'closes'),
  ...entries([Comma, Semicolon], 'separates'),
  [Newline, 'ends line'],
  ...entries([If, ...allTokens.filter(isOperator)], 'deepens'),
])

function entries(types: readonly TokenType[], effect: Effect): (readonly [TokenType, Effect])[] {
  return types.map((type) => [type, effect])
}

function isOperator({ CATEGORIES: categories = [] }: TokenType): boolean {
  return categories.includes(BinaryOperator) || categories.includes(PrefixOperator)
}

/**
 * Bounds the depth of the tree before there is one, and reports the first token beyond `maxDepth`: brackets, operators
 * and `if`s each deepen it by at most one level, and within a bracket only those since the last separator
 * can lie in one another.
 */
export function findTooDeep(file: string, tokens: readonly IToken[]): Diagnostic | undefined {
  const levels: Level[] = [{ isBody: true, count: 0 }]
  let depth = 0
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    const effect = effects.get(token.tokenType)
    if (effect === undefined) continue
    const level = levels[levels.length - 1]
    if (effect === 'deepens' || effect === 'opens' || effect === 'opens body') {
      level.count++
      depth++
      if (effect !== 'deepens') levels.push({ isBody: effect === 'opens body', count: 0 })
    } else if (effect !== 'ends line' || (level.isBody && !isElseNext(tokens, index))) {
      depth -= level.count
      level.count = 0
      if (effect === 'closes' && levels.length > 1) levels.pop()
    }
    if (depth > maxDepth) {
      return error('WM0110', `found level ${depth}, wanted at most ${maxDepth}`, { span: spanOf(file, token) })
    }
  }
  return undefined
}

function isElseNext(tokens: readonly IToken[], index: number): boolean {
  let next = index + 1
  while (next < tokens.length && tokens[next].tokenType === Newline) next++
  return next < tokens.length && isA(tokens[next], Else)
}
