import type { IToken } from 'chevrotain'
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { Identifier, ParameterTarget } from './ast.ts'
import { describeToken, isA, spanOf, startsValue } from './token-facts.ts'
import { After, Before, Equals, In, LBracket, LParen, Name, Where, With } from './tokens.ts'
import { wantedDiff } from './unexpected.ts'

// The usual slips in diffs, each told in the words of diffs; `unexpected.ts` describes all others.

const diffWords = ['replace', 'remove', 'insert', 'wrap', 'match']
/** Words inside a diff. Where one is the first or second word of a line, the diff's verb is missing, or in the line before. */
const innerWords = new Set(['with', 'where', 'expect', 'before', 'after', 'of', 'by', 'within'])

/** A parameter that another word follows instead of `=`: `repalce conv with relu`, or the second line of a diff. */
export function describeUnassigned(target: ParameterTarget, next: IToken): Diagnostic | undefined {
  if (target.kind !== 'name' || !startsValue(next)) return undefined
  const { text, span } = target.name
  const isInner = innerWords.has(text) || innerWords.has(next.image)
  const hint = isInner ? 'a diff stands on one line, its verb first' : hintAtMisspelt(text, next)
  return hint === undefined
    ? undefined
    : error('WM0111', `found \`${text}\`, wanted ${wantedDiff}`, { span, hints: [hint] })
}

function hintAtMisspelt(word: string, next: IToken): string | undefined {
  const likely = isA(next, Name) ? suggest(word, diffWords) : undefined
  return likely === undefined ? undefined : `did you mean \`${likely}\`?`
}

/** `conv(k=3)` or `conv[0]`, where a selector names layers without their arguments. */
export function describeAfterSelectorName(file: string, name: Identifier, next: IToken): Diagnostic | undefined {
  if (!isA(next, LParen, LBracket)) return undefined
  const condition = isA(next, LParen) ? 'k == 3' : 'index == 0'
  return error('WM0111', `found \`${next.image}\`, wanted the name alone`, {
    span: spanOf(file, next),
    hints: [`pick among them by \`where\`: \`${name.text} where ${condition}\``],
  })
}

/** What follows the condition of a selector and belongs before it or into it. */
export function describeAfterWhere(
  file: string,
  where: IToken,
  next: IToken,
  isFilter: boolean,
): Diagnostic | undefined {
  const span = spanOf(file, next)
  const labels = [{ span: spanOf(file, where), message: 'this `where`' }]
  if (isFilter) {
    const message = `found ${describeToken(next)} after \`where\`, wanted filters before \`where\``
    const hints = ['the filters narrow first, `where` then counts what is left: `conv in residual where index == 0`']
    return error('WM0111', message, { span, labels, hints })
  }
  if (isA(next, Where)) {
    return error('WM0111', 'found a second `where`, wanted one condition', {
      ...{ span, labels },
      hints: ['join the two by `and`: `where k == 3 and index > 0`'],
    })
  }
  return isA(next, Equals) ? error('WM0111', 'found `=` in a condition, wanted `==`', { span, labels }) : undefined
}

/** What follows a whole structural diff and belongs further left, or into another kind of diff. */
export function describeAfterDiff(file: string, expect: IToken | undefined, next: IToken): Diagnostic | undefined {
  const hint = hintAfterDiff(expect !== undefined, next)
  if (hint === undefined) return undefined
  return error('WM0112', `found ${describeToken(next)}, wanted a newline, \`;\` or \`}\``, {
    span: spanOf(file, next),
    labels: expect === undefined ? [] : [{ span: spanOf(file, expect), message: 'this `expect`' }],
    hints: [hint],
  })
}

function hintAfterDiff(hasExpect: boolean, next: IToken): string | undefined {
  if (isA(next, Equals)) return 'only a parameter takes a value by `=`; for layers it is `replace SELECTOR with LAYER`'
  if (hasExpect && isA(next, In, After, Before, Where, With)) return '`expect` is the last part of a diff'
  if (isA(next, With)) return '`with` belongs to `replace SELECTOR with LAYER`'
  if (isA(next, In, After, Before, Where))
    return 'filters and `where` follow the name of the layers: `conv in residual where k == 3`'
  return undefined
}
