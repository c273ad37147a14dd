import type { ParserMethod } from 'chevrotain'
import type { AblationDeclaration, AssignDiff, Identifier, NameExpression, VariantDeclaration } from './ast.ts'
import { StatementParser } from './statement-parser.ts'
import { Ablation, Equals, LBracket, Of, Plus, RBracket, Variant } from './tokens.ts'

/** Ablations, their variants and diffs. */
export class AblationParser extends StatementParser {
  readonly ablation: ParserMethod<[], AblationDeclaration | undefined> = this.rule('ablation', () => {
    const start = this.offset()
    const head = this.beforeBody(() => {
      this.CONSUME(Ablation)
      const name = this.SUBRULE(this.identifier)
      this.CONSUME(Of)
      return { name, network: this.SUBRULE2(this.identifier) }
    })
    const variants = this.braced(this.variant)
    return head === undefined ? undefined : { kind: 'ablation', ...head, variants, span: this.spanSince(start) }
  })

  readonly variant: ParserMethod<[], VariantDeclaration> = this.rule('variant', () => {
    const start = this.offset()
    this.CONSUME(Variant)
    const name = this.SUBRULE(this.identifier)
    const definitionStart = this.offset()
    const definition = this.OR<VariantDeclaration['definition']>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(Equals)
            const terms = this.SUBRULE(this.variantSum)
            return { kind: 'sum', terms, span: this.spanSince(definitionStart) }
          },
        },
        {
          ALT: () => {
            const diffs = this.braced(this.diff)
            return { kind: 'body', diffs, span: this.spanSince(definitionStart) }
          },
        },
      ],
      ERR_MSG: '`{` or `=`',
    })
    return { kind: 'variant', name, definition, span: this.spanSince(start) }
  })

  readonly variantSum: ParserMethod<[], readonly Identifier[]> = this.rule('variantSum', () => {
    const terms: Identifier[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: Plus,
      DEF: () => {
        terms.push(this.SUBRULE(this.identifier))
      },
      ERR_MSG: 'the name of a variant',
    })
    return terms
  })

  readonly diff: ParserMethod<[], AssignDiff> = this.rule('diff', () => {
    const start = this.offset()
    const target = this.SUBRULE(this.target)
    this.CONSUME(Equals)
    return { kind: 'assign', target, value: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })

  /** `widths`, `widths[0]`, `widths[0..1]` */
  readonly target: ParserMethod<[], AssignDiff['target']> = this.rule('target', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    let target: AssignDiff['target'] = { kind: 'name', name, span: this.spanSince(start) } satisfies NameExpression
    this.MANY(() => {
      const list = target
      this.CONSUME(LBracket)
      const index = this.SUBRULE(this.expression)
      this.CONSUME(RBracket)
      target = this.ACTION(() => this.elementOf(list, index, start))
    })
    return target
  })
}
