import { EOF, type IToken, type TokenType, tokenMatcher } from 'chevrotain'
import type { Span } from '../diagnostics/diagnostic.ts'
import { Name, Newline, NumberToken, Percent, Shape, StringToken } from './tokens.ts'

/** The offset after the token's last character. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}

/** A token; its end and lines are left out, since only its start and image are ever looked at. */
export function makeToken(type: TokenType, image: string, start: number): IToken {
  const { tokenTypeIdx = -1 } = type
  return { image, startOffset: start, tokenTypeIdx, tokenType: type, payload: 0 }
}

export function spanOf(file: string, token: IToken): Span {
  return { file, start: token.startOffset, end: endOf(token) }
}

export function isA(token: IToken, ...types: readonly TokenType[]): boolean {
  for (let i = 0; i < types.length; i++) {
    if (tokenMatcher(token, types[i])) return true
  }
  return false
}

export function isNumeric({ tokenType }: IToken): boolean {
  return tokenType === NumberToken || tokenType === Percent || tokenType === Shape
}

export function startsValue(token: IToken): boolean {
  return isNumeric(token) || isA(token, Name, StringToken)
}

/** How many brackets are open around the token; a bracket itself stands outside. */
export function depthOf(token: IToken): number {
  const depth: unknown = token.payload
  return typeof depth === 'number' ? depth : 0
}

/** The token as an error message calls it. */
export function describeToken(token: IToken): string {
  if (token.tokenType === EOF) return 'the end of the file'
  if (token.tokenType === Newline) return 'the end of the line'
  const image = token.image.length > 40 ? `${token.image.slice(0, 39)}…` : token.image
  return `\`${image}\``
}
