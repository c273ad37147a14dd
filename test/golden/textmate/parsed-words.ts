import type { IToken, TokenType } from 'chevrotain'
import { hasErrors } from '../../../src/diagnostics/diagnostic.ts'
import { balance } from '../../../src/syntax/brackets.ts'
import { DeclarationParser } from '../../../src/syntax/declaration-parser.ts'
import { layOut } from '../../../src/syntax/layout.ts'
import { lex } from '../../../src/syntax/lex.ts'
import { parse } from '../../../src/syntax/parse.ts'

/** A word of a program, and what the grammar took it for: `step` is a `Name` in `let step = 3`. */
export interface ParsedWord {
  readonly token: IToken
  readonly role: TokenType
}

let parser: DeclarationParser | undefined
let words: ParsedWord[] = []

/** The words of a program as the parser takes them; undefined where it has syntax errors. */
export function parseWords(text: string): readonly ParsedWord[] | undefined {
  if (hasErrors(parse('program', text).diagnostics)) return undefined
  words = []
  parser ??= createWatchedParser()
  parser.start('program', text, layOut(balance('program', text.length, lex('program', text).value).tokens))
  parser.sourceFile()
  return words
}

/** A parser that notes what it takes each word for. */
function createWatchedParser(): DeclarationParser {
  const watched = new DeclarationParser(true)
  const consume: unknown = Reflect.get(watched, 'consumeInternal')
  if (typeof consume !== 'function') throw new Error("chevrotain's parser consumes tokens by another method now")
  Reflect.set(watched, 'consumeInternal', (role: TokenType, ...rest: readonly unknown[]) => {
    const token: IToken = consume.call(watched, role, ...rest)
    words.push({ token, role })
    return token
  })
  return watched
}

/** The comments of a program: what lies between its words and is no blank. */
export function findComments(text: string): readonly { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(/"(?:[^"\\\n\r]|\\.)*"|(\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)/g)]
    .filter((match) => match[1] !== undefined)
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
}
