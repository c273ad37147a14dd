import { createToken, Lexer, type TokenType } from 'chevrotain'

/**
 * The words of the language. A keyword in the category `Name` is contextual: it is a keyword where the
 * grammar asks for it (the start of a statement, after `run A`) and a name everywhere else. The ten
 * others (`reserved`) are never names, because expressions and `as` could not be told apart from them.
 */
export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/, label: 'a name' })

/** Operators between two operands; `operators.ts` holds their precedence. */
export const BinaryOperator = createToken({ name: 'BinaryOperator', pattern: Lexer.NA, label: 'an operator' })
/** Operators before an operand. */
export const PrefixOperator = createToken({ name: 'PrefixOperator', pattern: Lexer.NA, label: '`-` or `not`' })
/** What ends a statement: a newline that counts, or `;`. */
export const Terminator = createToken({ name: 'Terminator', pattern: Lexer.NA, label: 'a newline or `;`' })

const contextual = (word: string) => keyword(word, [Name])
const reserved = (word: string, categories: TokenType[] = []) => keyword(word, categories)

export const Network = contextual('network')
export const Define = contextual('define')
export const Use = contextual('use')
export const Ablation = contextual('ablation')
export const Of = contextual('of')
export const Variant = contextual('variant')
export const Grid = contextual('grid')
export const Zip = contextual('zip')
export const Exclude = contextual('exclude')
export const Replace = contextual('replace')
export const Remove = contextual('remove')
export const Insert = contextual('insert')
export const Wrap = contextual('wrap')
export const Match = contextual('match')
export const All = contextual('all')
export const Before = contextual('before')
export const After = contextual('after')
export const Where = contextual('where')
export const With = contextual('with')
export const Expect = contextual('expect')
export const By = contextual('by')
export const Within = contextual('within')
export const Protocol = contextual('protocol')
export const Extends = contextual('extends')
export const Study = contextual('study')
export const Run = contextual('run')
export const Under = contextual('under')
export const Input = contextual('input')
export const Default = contextual('default')
export const Block = contextual('block')
export const Residual = contextual('residual')
export const Densely = contextual('densely')
export const Parallel = contextual('parallel')
export const Branch = contextual('branch')
export const For = contextual('for')
export const Let = contextual('let')
export const Require = contextual('require')
export const Step = contextual('step')

export const If = reserved('if')
export const Then = reserved('then')
export const Else = reserved('else')
export const In = reserved('in')
export const As = reserved('as')
export const True = reserved('true')
export const False = reserved('false')
const And = reserved('and', [BinaryOperator])
const Or = reserved('or', [BinaryOperator])
const Not = reserved('not', [PrefixOperator])

/** `x3`: a repetition after a complete statement, a name anywhere else. */
export const Times = createToken({
  name: 'Times',
  pattern: /x\d+/,
  longer_alt: Name,
  categories: [Name],
  label: '`x3`',
})
/** The `x` of `x(expr)`. */
export const X = contextual('x')

export const Shape = createToken({ name: 'Shape', pattern: /\d+(?:x\d+)+/, label: 'a shape' })
export const Percent = createToken({
  name: 'Percent',
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%/,
  label: 'a percentage',
})
export const NumberToken = createToken({
  name: 'Number',
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/,
  label: 'a number',
})
export const StringToken = createToken({
  name: 'String',
  pattern: /"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*"/,
  label: 'a string',
})

export const LParen = symbol('LParen', '(')
export const RParen = symbol('RParen', ')')
export const LBracket = symbol('LBracket', '[')
export const RBracket = symbol('RBracket', ']')
export const LBrace = symbol('LBrace', '{')
export const RBrace = symbol('RBrace', '}')
export const Comma = symbol('Comma', ',')
export const Colon = symbol('Colon', ':')
export const DotDot = symbol('DotDot', '..')
export const Equals = symbol('Equals', '=')
export const Plus = symbol('Plus', '+', [BinaryOperator])
export const Semicolon = symbol('Semicolon', ';', [Terminator])
/** A newline. Those that do not count are gone before the parser runs (`layout.ts`). */
export const Newline = createToken({
  name: 'Newline',
  pattern: /\r\n|\n|\r/,
  label: 'a newline',
  categories: [Terminator],
  line_breaks: true,
})

const Whitespace = createToken({ name: 'Whitespace', pattern: /[ \t]+/, group: Lexer.SKIPPED })
const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: Lexer.SKIPPED })
export const BlockComment = createToken({ name: 'BlockComment', pattern: /\/\*[\s\S]*?\*\//, line_breaks: true })

/** Words that only errors are made of. */
export const OpenComment = createToken({ name: 'OpenComment', pattern: /\/\*[\s\S]*/, line_breaks: true })
export const OpenString = createToken({ name: 'OpenString', pattern: /"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*\\?/ })
export const SingleQuoted = createToken({ name: 'SingleQuoted', pattern: /'[^'\n\r]*'/ })

const otherOperators = [
  symbol('EqualEqual', '==', [BinaryOperator]),
  symbol('NotEqual', '!=', [BinaryOperator]),
  symbol('LessEqual', '<=', [BinaryOperator]),
  symbol('Less', '<', [BinaryOperator]),
  symbol('GreaterEqual', '>=', [BinaryOperator]),
  symbol('Greater', '>', [BinaryOperator]),
  symbol('Minus', '-', [BinaryOperator, PrefixOperator]),
  symbol('Star', '*', [BinaryOperator]),
  symbol('Slash', '/', [BinaryOperator]),
  symbol('Modulo', '%', [BinaryOperator]),
]

/** A word that starts with another stands before it: `with` would make a plain name of `within`. */
const keywords = [
  [Network, Define, Use, Ablation, Of, Variant, Grid, Zip, Exclude, Protocol, Extends, Study, Run, Under],
  [Replace, Remove, Insert, Wrap, Match, All, Before, After, Where, Within, With, Expect, By],
  [Input, Default, Block, Residual, Densely, Parallel, Branch, For, Let, Require, Step],
  [If, Then, Else, In, As, True, False, And, Or, Not, Times, X],
].flat()

/** In the order of trial: the first pattern that matches wins. */
export const allTokens: TokenType[] = [
  ...[Whitespace, Newline, LineComment, BlockComment, OpenComment, StringToken, OpenString],
  ...[Shape, Percent, NumberToken, ...keywords, Name],
  ...[LParen, RParen, LBracket, RBracket, LBrace, RBrace, Comma, Colon, DotDot, Semicolon],
  ...[...otherOperators, Equals, Plus, SingleQuoted],
  ...[BinaryOperator, PrefixOperator, Terminator],
]

function keyword(word: string, categories: TokenType[]): TokenType {
  const name = word[0].toUpperCase() + word.slice(1)
  return createToken({ name, pattern: word, longer_alt: Name, categories, label: `\`${word}\`` })
}

function symbol(name: string, text: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, pattern: text, categories, label: `\`${text}\`` })
}
