import type { ParserMethod } from 'chevrotain'
import type {
  AblationDeclaration,
  AblationMember,
  Axis,
  ExcludeDeclaration,
  GridDeclaration,
  Identifier,
  VariantDeclaration,
} from './ast.ts'
import { DiffParser } from './diff-parser.ts'
import { Ablation, Equals, Exclude, Grid, In, Of, Plus, Variant, Zip } from './tokens.ts'
import { wantedMember } from './unexpected.ts'

/** Ablations: their variants, written out or generated. */
export class AblationParser extends DiffParser {
  readonly ablation: ParserMethod<[], AblationDeclaration | undefined> = this.rule('ablation', () => {
    const start = this.offset()
    const head = this.beforeBody(() => {
      this.CONSUME(Ablation)
      const name = this.SUBRULE(this.identifier)
      this.CONSUME(Of)
      return { name, network: this.SUBRULE2(this.identifier) }
    })
    const members = this.braced(this.member)
    return head === undefined ? undefined : { kind: 'ablation', ...head, members, span: this.spanSince(start) }
  })

  readonly member: ParserMethod<[], AblationMember | undefined> = this.rule('member', () =>
    this.OR<AblationMember | undefined>({
      DEF: [
        { ALT: () => this.SUBRULE(this.variant) },
        { ALT: () => this.SUBRULE(this.grid) },
        { ALT: () => this.SUBRULE(this.exclude) },
      ],
      ERR_MSG: wantedMember,
    }),
  )

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

  readonly grid: ParserMethod<[], GridDeclaration | undefined> = this.rule('grid', () => {
    const start = this.offset()
    const kind = this.beforeBody(() =>
      this.OR<GridDeclaration['kind']>([
        {
          ALT: () => {
            this.CONSUME(Grid)
            return 'grid'
          },
        },
        {
          ALT: () => {
            this.CONSUME(Zip)
            return 'zip'
          },
        },
      ]),
    )
    const axes = this.braced(this.axis)
    return kind === undefined ? undefined : { kind, axes, span: this.spanSince(start) }
  })

  readonly axis: ParserMethod<[], Axis> = this.rule('axis', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(In)
    return { name, values: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })

  readonly exclude: ParserMethod<[], ExcludeDeclaration> = this.rule('exclude', () => {
    const start = this.offset()
    this.beforeBody(() => this.CONSUME(Exclude))
    const settings = this.braced(this.exclusion)
    return { kind: 'exclude', settings, span: this.spanSince(start) }
  })

  readonly exclusion: ParserMethod<[], ExcludeDeclaration['settings'][number]> = this.rule('exclusion', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(Equals)
    return { name, value: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })
}
