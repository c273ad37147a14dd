import type { ParserMethod } from 'chevrotain'
import type {
  AssignDiff,
  Diff,
  Expression,
  InsertDiff,
  MatchDiff,
  NameExpression,
  ParameterTarget,
  RemoveDiff,
  ReplaceDiff,
  WrapDiff,
} from './ast.ts'
import { describeAfterDiff, describeUnassigned } from './diff-slips.ts'
import { onlyDefined } from './only-defined.ts'
import { SelectorParser } from './selector-parser.ts'
import { isA } from './token-facts.ts'
import {
  By,
  Comma,
  Equals,
  Expect,
  In,
  Insert,
  LBracket,
  Match,
  Of,
  RBracket,
  Remove,
  Replace,
  With,
  Within,
  Wrap,
} from './tokens.ts'
import { wantedBlock, wantedDiff } from './unexpected.ts'

/** What a variant changes: parameters, layers, and widths until a budget is met. */
export class DiffParser extends SelectorParser {
  readonly diff: ParserMethod<[], Diff> = this.rule('diff', () => {
    const isNoAssignment = () => !isA(this.LA(2), Equals, LBracket)
    return this.OR<Diff>({
      DEF: [
        { GATE: isNoAssignment, ALT: () => this.SUBRULE(this.replace) },
        { GATE: isNoAssignment, ALT: () => this.SUBRULE(this.remove) },
        { GATE: isNoAssignment, ALT: () => this.SUBRULE(this.insert) },
        { GATE: isNoAssignment, ALT: () => this.SUBRULE(this.wrap) },
        { GATE: isNoAssignment, ALT: () => this.SUBRULE(this.match) },
        { ALT: () => this.SUBRULE(this.assignment) },
      ],
      // `replace = 3` and `match[0] = 3` set parameters of these names.
      IGNORE_AMBIGUITIES: true,
      MAX_LOOKAHEAD: 1,
      ERR_MSG: wantedDiff,
    })
  })

  readonly assignment: ParserMethod<[], AssignDiff> = this.rule('assignment', () => {
    const start = this.offset()
    const target = this.SUBRULE(this.target)
    this.ACTION(() => this.reportSlip(describeUnassigned(target, this.LA(1))))
    this.CONSUME(Equals)
    return { kind: 'assign', target, value: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })

  /** `widths`, `widths[0]`, `widths[0..1]` */
  readonly target: ParserMethod<[], ParameterTarget> = this.rule('target', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    let target: ParameterTarget = { kind: 'name', name, span: this.spanSince(start) } satisfies NameExpression
    this.MANY(() => {
      const list = target
      this.CONSUME(LBracket)
      const index = this.SUBRULE(this.expression)
      this.CONSUME(RBracket)
      target = this.ACTION(() => this.elementOf(list, index, start))
    })
    return target
  })

  readonly replace: ParserMethod<[], ReplaceDiff> = this.rule('replace', () => {
    const start = this.offset()
    this.CONSUME(Replace)
    const selector = this.SUBRULE(this.selector, { ARGS: [false] })
    this.CONSUME(With)
    const layer = this.SUBRULE(this.layerValue)
    const ending = this.SUBRULE(this.expectation)
    return { kind: 'replace', selector, layer, ...ending, span: this.spanSince(start) }
  })

  readonly remove: ParserMethod<[], RemoveDiff> = this.rule('remove', () => {
    const start = this.offset()
    this.CONSUME(Remove)
    const selector = this.SUBRULE(this.selector, { ARGS: [false] })
    const ending = this.SUBRULE(this.expectation)
    return { kind: 'remove', selector, ...ending, span: this.spanSince(start) }
  })

  readonly insert: ParserMethod<[], InsertDiff> = this.rule('insert', () => {
    const start = this.offset()
    this.CONSUME(Insert)
    const layer = this.SUBRULE(this.layerValue)
    const position = this.SUBRULE(this.side)
    const selector = this.SUBRULE(this.selector, { ARGS: [false] })
    const ending = this.SUBRULE(this.expectation)
    return { kind: 'insert', layer, position, selector, ...ending, span: this.spanSince(start) }
  })

  readonly wrap: ParserMethod<[], WrapDiff> = this.rule('wrap', () => {
    const start = this.offset()
    this.CONSUME(Wrap)
    const selector = this.SUBRULE(this.selector, { ARGS: [true] })
    this.CONSUME(In, { ERR_MSG: wantedBlock })
    const block = this.SUBRULE(this.layerValue)
    const ending = this.SUBRULE(this.expectation)
    return { kind: 'wrap', selector, block, ...ending, span: this.spanSince(start) }
  })

  /** `expect 15` or nothing: how every diff with a selector ends. */
  readonly expectation: ParserMethod<[], { readonly expect?: Expression }> = this.rule('expectation', () => {
    const { word, count } =
      this.OPTION(() => ({ word: this.CONSUME(Expect), count: this.SUBRULE(this.expression) })) ?? {}
    this.ACTION(() => this.reportSlip(describeAfterDiff(this.file, word, this.LA(1))))
    return onlyDefined({ expect: count })
  })

  readonly match: ParserMethod<[], MatchDiff> = this.rule('match', () => {
    const start = this.offset()
    this.CONSUME(Match)
    const quantity = this.SUBRULE(this.identifier)
    this.CONSUME(Of)
    const variant = this.SUBRULE2(this.identifier)
    this.CONSUME(By)
    const by: ParameterTarget[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        by.push(this.SUBRULE(this.target))
      },
      ERR_MSG: 'a parameter',
    })
    const within = this.OPTION(() => {
      this.CONSUME(Within)
      return this.SUBRULE(this.expression)
    })
    return { kind: 'match', quantity, variant, by, ...onlyDefined({ within }), span: this.spanSince(start) }
  })
}
