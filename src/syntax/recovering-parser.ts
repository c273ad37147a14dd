import {
  EmbeddedActionsParser,
  EOF,
  type IRecognitionException,
  type IToken,
  isRecognitionException,
  type ParserMethod,
  type TokenType,
} from 'chevrotain'
import type { Code } from '../diagnostics/codes.ts'
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts'
import { maxProblems } from './limits.ts'
import { depthOf, endOf, isA } from './token-facts.ts'
import { allTokens, Comma, Else, LBrace, Newline, RBrace, RBracket, RParen, Terminator } from './tokens.ts'
import { describeUnexpected, wantedMessages } from './unexpected.ts'

export interface SyntaxProblem {
  readonly diagnostic: Diagnostic
  /** Where the statement begins that the problem lies in. */
  readonly statement: number
}

/** What may follow a part of the grammar that is recovered from. */
interface Ending {
  readonly stop: TokenType
  /** What the message says is wanted when something else follows the part. */
  readonly wanted: string
  readonly code?: Code
}

const statementEnding: Ending = { stop: Terminator, wanted: 'a newline, `;` or `}`', code: 'WM0112' }

/**
 * Panic-mode recovery on top of chevrotain. Brackets are balanced before the parser runs, so after an error it can skip to
 * the next stop at the same bracket depth, and one bad argument or statement costs nothing but itself.
 */
export class RecoveringParser extends EmbeddedActionsParser {
  file = ''
  text = ''
  problems: SyntaxProblem[] = []
  private statementStart = 0
  /** Where the last recovery ended; an error at that very token is a consequence, not news. */
  private resumedAt: IToken | undefined

  constructor(skipValidations: boolean) {
    super(allTokens, { maxLookahead: 2, skipValidations, errorMessageProvider: wantedMessages })
  }

  /** Makes the parser ready for another file. */
  start(file: string, text: string, tokens: IToken[]): void {
    this.input = tokens
    this.file = file
    this.text = text
    this.problems = []
    this.statementStart = 0
    this.resumedAt = undefined
  }

  /** A rule of the grammar whose result has exactly the type that is declared for it. */
  protected rule<T>(name: string, parse: () => T): ParserMethod<[], T> {
    return this.RULE(name, parse)
  }

  /** Parses a part up to its stop or the end of the bracket around it; undefined, and reported, when that fails. */
  protected attempt<T>(ending: Ending, parse: () => T): T | undefined {
    if (this.RECORDING_PHASE) return parse()
    if (this.problems.length >= maxProblems) this.skipToEnd()
    const depth = innerDepth(this.LA(1))
    try {
      const value = parse()
      if (!this.isStop(ending.stop, depth)) {
        this.reportUnexpected(this.LA(1), ending.wanted, ending.code ?? 'WM0111')
        this.skipTo(ending.stop, depth)
      }
      return value
    } catch (problem) {
      if (!isRecognition(problem)) throw problem
      this.reportUnexpected(problem.token, problem.message, 'WM0111')
      this.skipTo(ending.stop, depth)
      return undefined
    }
  }

  /** Parses what stands before a body in braces; when that fails, the body is parsed all the same. */
  protected beforeBody<T>(parse: () => T): T | undefined {
    return this.attempt({ stop: LBrace, wanted: '`{`' }, parse)
  }

  /** `{ item (terminator item)* }`; items that fail are left out. */
  protected braced<T>(item: ParserMethod<[], T | undefined>): T[] {
    const items: T[] = []
    this.CONSUME(LBrace)
    this.unlessAt(RBrace, () => {
      this.attemptStatement(statementEnding, items, () => this.SUBRULE8(item))
      const parseNext = () => this.SUBRULE9(item)
      this.whileNext(
        () => isA(this.LA(1), Terminator),
        () => {
          this.CONSUME9(Terminator)
          this.attemptStatement(statementEnding, items, parseNext)
        },
      )
    })
    this.CONSUME(RBrace)
    return trimmed(items)
  }

  /** `item (, item)* [,]` between brackets; items that fail are left out. */
  protected commaSeparated<T>(open: TokenType, close: TokenType, item: ParserMethod<[], T | undefined>): T[] {
    const items: T[] = []
    const ending: Ending = { stop: Comma, wanted: `\`,\` or ${close.LABEL}` }
    this.CONSUME(open)
    this.unlessAt(close, () => {
      pushDefined(
        items,
        this.attempt(ending, () => this.SUBRULE8(item)),
      )
      const parseNext = () => this.SUBRULE9(item)
      this.whileNext(
        () => isA(this.LA(1), Comma) && !isA(this.LA(2), close),
        () => {
          this.CONSUME8(Comma)
          pushDefined(items, this.attempt(ending, parseNext))
        },
      )
      this.OPTION9(() => this.CONSUME9(Comma))
    })
    this.CONSUME(close)
    return trimmed(items)
  }

  /** As `attempt`, for statements: an error in one does not hide those of the next. */
  protected attemptStatement<T>(ending: Ending, items: T[], parse: () => T | undefined): void {
    const outer = this.statementStart
    this.statementStart = this.offset()
    pushDefined(items, this.attempt(ending, parse))
    this.statementStart = outer
  }

  /** An optional part that everything but `close` enters, so that a bad start is reported as a bad item. */
  protected unlessAt(close: TokenType, parse: () => void): void {
    if (this.RECORDING_PHASE) this.OPTION8({ MAX_LOOKAHEAD: 1, DEF: parse })
    else if (!isA(this.LA(1), close)) parse()
  }

  /** A repetition that the next words alone decide on, without the searches that chevrotain would make for it. */
  private whileNext(goesOn: () => boolean, parse: () => void): void {
    if (this.RECORDING_PHASE) this.MANY9({ MAX_LOOKAHEAD: 1, DEF: parse })
    else while (goesOn()) parse()
  }

  protected report(diagnostic: Diagnostic): void {
    if (this.problems.length < maxProblems) this.problems.push({ diagnostic, statement: this.statementStart })
  }

  /** @param part the span of a part, which is given back where it is of the same stretch: trees hold a span for every node */
  protected spanSince(start: number, part?: Span): Span {
    const end = Math.max(start, endOf(this.LA(0)))
    return part !== undefined && part.start === start && part.end === end ? part : { file: this.file, start, end }
  }

  protected offset(): number {
    return this.LA(1).tokenType === EOF ? this.text.length : this.LA(1).startOffset
  }

  /** Reports an error that makes nonsense of the rest of the statement. */
  protected reportLast(diagnostic: Diagnostic): void {
    this.report(diagnostic)
    this.resumedAt = this.LA(1)
  }

  private reportUnexpected(found: IToken, wanted: string, code: Code): void {
    if (found === this.resumedAt) return
    const previous = this.LA(0).tokenType === EOF ? undefined : this.LA(0)
    const at = found.tokenType === EOF ? this.text.length : found.startOffset
    const after = previous === undefined ? 0 : endOf(previous)
    const endsLine = isA(found, Newline, EOF, RBrace, Else) && /[\n\r]/.test(this.text.slice(after, at + 1))
    const span = endsLine && previous !== undefined ? [after, after] : [at, at + found.image.length]
    const place = { file: this.file, start: span[0], end: span[1] }
    this.report(describeUnexpected({ found, previous, wanted, code, endsLine, span: place }))
  }

  private skipTo(stop: TokenType, depth: number): void {
    while (!this.isStop(stop, depth)) this.SKIP_TOKEN()
    this.resumedAt = this.LA(1)
  }

  /** After too many errors the rest is not looked at, and says no more. */
  private skipToEnd(): void {
    while (this.LA(1).tokenType !== EOF) this.SKIP_TOKEN()
    this.resumedAt = this.LA(1)
  }

  /** A terminator always ends what is skipped: braces and brackets hold at most whole statements. */
  private isStop(stop: TokenType, depth: number): boolean {
    const token = this.LA(1)
    if (token.tokenType === EOF || depthOf(token) < depth) return true
    return depthOf(token) === depth && isA(token, stop, Terminator)
  }
}

/** An array that grew has room for many more items, and trees have thousands of short ones. */
function trimmed<T>(items: readonly T[]): T[] {
  return items.slice()
}

function innerDepth(token: IToken): number {
  return depthOf(token) + (isA(token, RParen, RBracket, RBrace) ? 1 : 0)
}

function isRecognition(problem: unknown): problem is IRecognitionException {
  return problem instanceof Error && isRecognitionException(problem)
}

function pushDefined<T>(items: T[], item: T | undefined): void {
  if (item !== undefined) items.push(item)
}
