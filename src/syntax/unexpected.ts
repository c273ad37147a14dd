import { type IParserErrorMessageProvider, type IToken, tokenLabel } from 'chevrotain'
import type { Code } from '../diagnostics/codes.ts'
import { type Diagnostic, error, type Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { describeToken, isA, isNumeric, startsValue } from './token-facts.ts'
import {
  After,
  Before,
  BinaryOperator,
  By,
  Colon,
  Comma,
  Else,
  Equals,
  Expect,
  If,
  In,
  LBrace,
  Name,
  NumberToken,
  Of,
  Percent,
  RBrace,
  Terminator,
  Times,
  Where,
  With,
  Within,
  X,
} from './tokens.ts'

/** A word that the grammar has no use for, and the phrase for what it does have a use for. */
export interface Unexpected {
  readonly found: IToken
  readonly previous: IToken | undefined
  readonly wanted: string
  readonly code: Code
  /** The line ends before `found`, so that the line's end is what a reader meets. */
  readonly endsLine: boolean
  readonly span: Span
}

// Phrases that the parser and a hint share.
export const wantedMember = '`variant`, `grid`, `zip` or `exclude`'
export const wantedDiff = 'a parameter and `=`, or `replace`, `remove`, `insert`, `wrap` or `match`'
export const wantedSelector = 'the name of a layer, a block or a label'
export const wantedBlock = '`in` and a block'

/** Makes chevrotain's messages the bare phrase for what was wanted; `describeUnexpected` adds the rest. */
export const wantedMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNoViableAltMessage: ({ customUserDescription, ruleName }) => customUserDescription ?? `a ${ruleName}`,
  buildEarlyExitMessage: ({ customUserDescription, ruleName }) => customUserDescription ?? `a ${ruleName}`,
  buildNotAllInputParsedMessage: () => 'the end of the file',
}

export function describeUnexpected(unexpected: Unexpected): Diagnostic {
  const { found, wanted, code, span, endsLine } = unexpected
  const hint = hintRules.map((rule) => rule(unexpected)).find((text) => text !== undefined)
  return error(code, `found ${endsLine ? 'the end of the line' : describeToken(found)}, wanted ${wanted}`, {
    span,
    hints: hint === undefined ? [] : [hint],
  })
}

type HintRule = (unexpected: Unexpected) => string | undefined

/** The commonest slips, the most special first. */
const hintRules: readonly HintRule[] = [
  hintAtRepeat,
  hintAtNumber,
  hintAtEquals,
  hintAtConditional,
  hintAtDiff,
  ({ found, previous }) =>
    isA(found, Colon) && isAt(previous, Name) ? 'arguments are written `name=value`' : undefined,
  ({ found, wanted }) =>
    (wanted === 'a name' || wanted === wantedSelector) && /^[a-z]+$/.test(found.image) && !isA(found, Name)
      ? `\`${found.image}\` is a word of the language and cannot be a name`
      : undefined,
  ({ found, wanted }) => {
    const keywords = [...wanted.matchAll(/`([a-z]+)`/g)].map((match) => match[1])
    const likely = isA(found, Name) ? suggest(found.image, keywords) : undefined
    return likely === undefined ? undefined : `did you mean \`${likely}\`?`
  },
  ({ found, wanted }) =>
    wanted === wantedMember && isA(found, Name) ? 'changes stand in a variant: `variant NAME { … }`' : undefined,
  ({ found, wanted }) => (wanted.startsWith('`,`') && startsValue(found) ? 'put a comma between the two' : undefined),
  ({ found, previous, wanted, endsLine }) =>
    (endsLine && wanted === 'a value' && isAt(previous, BinaryOperator)) ||
    (isA(found, BinaryOperator) && wanted === 'a layer or a statement')
      ? 'an expression goes on over several lines inside `( )`, `[ ]` or after a comma'
      : undefined,
  ({ found, code }) =>
    code === 'WM0112' && isA(found, Comma)
      ? 'what stands between `{` and `}` is separated by newlines or `;`'
      : undefined,
]

function hintAtRepeat({ found, previous, code }: Unexpected): string | undefined {
  if (isAt(previous, X) && isA(found, NumberToken)) return `write \`x${found.image}\`, without a space`
  if (isAt(previous, X)) return 'a repetition is `x3` or `x(expression)`'
  if (isAt(previous, Name) && isA(found, Times, X) && code === 'WM0112') {
    return 'the repetition stands before the label: `x3 as name`'
  }
  return undefined
}

function hintAtNumber({ found, previous }: Unexpected): string | undefined {
  if (isAt(previous, NumberToken) && isA(found, X, Times)) return 'a shape is written without spaces, such as `28x28x1`'
  if (isAt(previous, Percent) && (isNumeric(found) || isA(found, Name))) {
    const left = previous?.image.slice(0, -1)
    return `\`${left}%\` is a percentage; the remainder of a division is \`${left} % ${found.image}\``
  }
  return undefined
}

function hintAtEquals({ found, previous, wanted, code }: Unexpected): string | undefined {
  if (wanted === '`=`' && isAt(previous, Name) && startsValue(found))
    return `write \`${previous?.image} = ${found.image}\``
  if (!isA(found, Equals) || !isAt(previous, Name)) return undefined
  const name = previous?.image
  if (code === 'WM0112') return `\`let ${name} = …\` names a value, \`default ${name} = …\` sets what blocks use`
  if (wanted === 'a value') return `\`${name}\` takes its value without \`=\``
  return wanted === '`{`' || wanted === '`then`' ? 'equality is `==`' : undefined
}

/** Slips in the diffs of a variant and in what generates variants. */
function hintAtDiff({ found, previous, wanted, code }: Unexpected): string | undefined {
  const isForName = code === 'WM0111' && !wanted.startsWith('`')
  if (isA(found, Equals, Colon) && wanted === '`in`') return `write \`${previous?.image} in …\``
  if (isA(found, In)) return hintAtIn(previous, wanted)
  if (isA(found, Expect) && !isForName) return '`expect` is the last part of a diff'
  if (isA(found, Terminator, RBrace) && wanted === wantedBlock) {
    return 'the block comes last, after the filters and `where`: `wrap conv where index > 0 in gated`'
  }
  if (startsValue(found) && !isForName && isAt(previous, With, Where, After, Before, By, Within, Of)) {
    return `\`${previous?.image}\` is read as a name here, since none stands before it`
  }
  return undefined
}

function hintAtIn(previous: IToken | undefined, wanted: string): string | undefined {
  if (wanted === '`=`') return `write \`${previous?.image} = …\``
  if (wanted === wantedSelector) return 'what is filtered comes first: `conv in residual`'
  return wanted === wantedDiff ? 'a diff stands on one line, its verb first' : undefined
}

function hintAtConditional({ found, wanted }: Unexpected): string | undefined {
  if (isA(found, If) && wanted === 'a value') return 'put the `if … then … else …` into parentheses'
  if (isA(found, LBrace) && wanted === '`then`') return 'in an expression it is `if c then a else b`'
  if (isA(found, Else) && wanted !== '`else`') return '`else` follows the `}` of an `if`'
  return undefined
}

function isAt(token: IToken | undefined, ...types: Parameters<typeof isA>[1][]): boolean {
  return token !== undefined && isA(token, ...types)
}
