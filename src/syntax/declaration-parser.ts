import { EOF, type ParserMethod } from 'chevrotain'
import type { Declaration, Identifier, Parameter, TypeExpression } from './ast.ts'
import { onlyDefined } from './only-defined.ts'
import { SpecParser } from './spec-parser.ts'
import {
  Colon,
  Define,
  Equals,
  In,
  LBrace,
  LBracket,
  LParen,
  Network,
  RBrace,
  RBracket,
  RParen,
  Terminator,
  Use,
} from './tokens.ts'

/** The whole grammar: what stands at file level. */
export class DeclarationParser extends SpecParser {
  readonly sourceFile: ParserMethod<[], readonly Declaration[]> = this.rule('sourceFile', () => {
    const declarations: Declaration[] = []
    const ending = { stop: Terminator, wanted: 'a newline or `;`', code: 'WM0112' } as const
    this.unlessAt(EOF, () => {
      this.attemptStatement(ending, declarations, () => this.SUBRULE(this.declaration))
      this.MANY(() => {
        this.CONSUME(Terminator)
        this.attemptStatement(ending, declarations, () => this.SUBRULE2(this.declaration))
      })
    })
    return declarations
  })

  readonly declaration: ParserMethod<[], Declaration | undefined> = this.rule('declaration', () =>
    this.OR<Declaration | undefined>({
      DEF: [
        { ALT: () => this.SUBRULE(this.network) },
        { ALT: () => this.SUBRULE(this.define) },
        { ALT: () => this.SUBRULE(this.use) },
        { ALT: () => this.SUBRULE(this.default) },
        { ALT: () => this.SUBRULE(this.ablation) },
        { ALT: () => this.SUBRULE(this.protocol) },
        { ALT: () => this.SUBRULE(this.study) },
      ],
      ERR_MSG: '`network`, `define`, `ablation`, `protocol`, `study`, `use` or `default`',
    }),
  )

  readonly network: ParserMethod<[], Declaration | undefined> = this.rule('network', () => {
    const start = this.offset()
    const head = this.beforeBody(() => {
      this.CONSUME(Network)
      return this.SUBRULE(this.signature)
    })
    const body = this.SUBRULE(this.body)
    return head === undefined ? undefined : { kind: 'network', ...head, body, span: this.spanSince(start) }
  })

  readonly define: ParserMethod<[], Declaration | undefined> = this.rule('define', () => {
    const start = this.offset()
    const head = this.beforeBody(() => {
      this.CONSUME(Define)
      return this.SUBRULE(this.signature)
    })
    const body = this.SUBRULE(this.body)
    return head === undefined ? undefined : { kind: 'define', ...head, body, span: this.spanSince(start) }
  })

  readonly signature: ParserMethod<[], { name: Identifier; parameters: readonly Parameter[] }> = this.rule(
    'signature',
    () => {
      const name = this.SUBRULE(this.identifier)
      const parameters = this.OPTION(() => this.SUBRULE(this.parameters))
      return { name, parameters: parameters ?? [] }
    },
  )

  readonly parameters: ParserMethod<[], readonly Parameter[]> = this.rule('parameters', () =>
    this.commaSeparated(LParen, RParen, this.parameter),
  )

  readonly parameter: ParserMethod<[], Parameter> = this.rule('parameter', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(Colon, { ERR_MSG: '`:` and a type' })
    const type = this.SUBRULE(this.type)
    const domain = this.OPTION(() => {
      this.CONSUME(In)
      return this.SUBRULE(this.expression)
    })
    const initial = this.OPTION2(() => {
      this.CONSUME(Equals)
      return this.SUBRULE2(this.expression)
    })
    return { name, type, ...onlyDefined({ domain, default: initial }), span: this.spanSince(start) }
  })

  readonly type: ParserMethod<[], TypeExpression> = this.rule('type', () => {
    const start = this.offset()
    return this.OR<TypeExpression>({
      DEF: [
        { ALT: () => ({ kind: 'named', name: this.SUBRULE(this.identifier), span: this.spanSince(start) }) },
        {
          ALT: () => {
            this.CONSUME(LBracket)
            const element = this.SUBRULE(this.type)
            this.CONSUME(RBracket)
            return { kind: 'listOf', element, span: this.spanSince(start) }
          },
        },
      ],
      ERR_MSG: 'a type',
    })
  })

  readonly use: ParserMethod<[], Declaration> = this.rule('use', () => {
    const start = this.offset()
    this.CONSUME(Use)
    const path = this.SUBRULE(this.string)
    const names = this.OPTION(() => this.commaSeparated(LBrace, RBrace, this.identifier))
    return { kind: 'use', path, ...onlyDefined({ names }), span: this.spanSince(start) }
  })

  constructor(skipValidations: boolean) {
    super(skipValidations)
    this.performSelfAnalysis()
  }
}
