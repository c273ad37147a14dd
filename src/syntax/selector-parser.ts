import { EOF, type ParserMethod } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Expression, Identifier, Selector, SelectorFilter } from './ast.ts'
import { describeAfterSelectorName, describeAfterWhere } from './diff-slips.ts'
import { onlyDefined } from './only-defined.ts'
import { StatementParser } from './statement-parser.ts'
import { isA, spanOf } from './token-facts.ts'
import { After, All, Before, Expect, In, Name, RBrace, Terminator, Where, With } from './tokens.ts'
import { wantedSelector } from './unexpected.ts'

/** Which layers a diff changes. */
export class SelectorParser extends StatementParser {
  /** `all conv in residual after stem where k == 3`. Before a block, as in `wrap conv in gated`, the last `in` is not the selector's. */
  readonly selector: ParserMethod<[boolean], Selector> = this.RULE('selector', (beforeBlock: boolean): Selector => {
    const start = this.offset()
    const isFilter = () => (beforeBlock ? this.isFilterBeforeBlock() : isA(this.LA(1), In, After, Before))
    this.OPTION({ MAX_LOOKAHEAD: 1, GATE: () => this.isAll(), DEF: () => this.CONSUME(All) })
    const name = this.SUBRULE(this.selectorName)
    this.ACTION(() => this.reportSlip(describeAfterSelectorName(this.file, name, this.LA(1))))
    const filters: SelectorFilter[] = []
    this.MANY({
      GATE: isFilter,
      DEF: () => {
        filters.push(this.SUBRULE(this.filter))
      },
    })
    const where = this.OPTION2(() => {
      const word = this.CONSUME(Where)
      const condition = this.SUBRULE(this.expression)
      this.ACTION(() => this.reportSlip(describeAfterWhere(this.file, word, this.LA(1), isFilter())))
      return condition
    })
    return { name, filters, ...onlyDefined({ where }), span: this.spanSince(start) }
  })

  readonly selectorName: ParserMethod<[], Identifier> = this.rule('selectorName', () => {
    const token = this.CONSUME(Name, { ERR_MSG: wantedSelector })
    return { text: token.image, span: spanOf(this.file, token) }
  })

  readonly filter: ParserMethod<[], SelectorFilter> = this.rule('filter', () => {
    const start = this.offset()
    const relation = this.OR<SelectorFilter['relation']>([
      {
        ALT: () => {
          this.CONSUME(In)
          return 'in'
        },
      },
      { ALT: () => this.SUBRULE(this.side) },
    ])
    return { relation, name: this.SUBRULE(this.identifier), span: this.spanSince(start) }
  })

  readonly side: ParserMethod<[], 'before' | 'after'> = this.rule('side', () =>
    this.OR<'before' | 'after'>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(Before)
            return 'before'
          },
        },
        {
          ALT: () => {
            this.CONSUME(After)
            return 'after'
          },
        },
      ],
      ERR_MSG: '`before` or `after`',
    }),
  )

  /** An expression whose value is a layer. */
  readonly layerValue: ParserMethod<[], Expression> = this.rule('layerValue', () =>
    this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.conditional) }, { ALT: () => this.SUBRULE(this.range) }],
      ERR_MSG: 'a layer',
    }),
  )

  /** Reports a slip, if there is one, and leaves out the rest of the diff. */
  protected reportSlip(slip: Diagnostic | undefined): void {
    if (slip === undefined) return
    while (!isA(this.LA(1), Terminator, RBrace, EOF)) this.SKIP_TOKEN()
    this.reportLast(slip)
  }

  /** `all conv`, but not `all with conv`, `all after stem`: there, `all` is itself the name. */
  private isAll(): boolean {
    return isA(this.LA(2), Name) && !isA(this.LA(2), With, Where, After, Before, Expect)
  }

  /** Whether a filter starts here where a block follows the selector: the last `in` of the diff is the block's. */
  private isFilterBeforeBlock(): boolean {
    if (isA(this.LA(1), After, Before)) return true
    return isA(this.LA(1), In) && isA(this.LA(2), Name) && isA(this.LA(3), In, After, Before, Where)
  }
}
