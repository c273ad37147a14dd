import type { OrMethodOpts, ParserMethod } from 'chevrotain'
import { error } from '../diagnostics/diagnostic.ts'
import type {
  DefaultStatement,
  Expression,
  Identifier,
  IfStatement,
  LayerStatement,
  ParallelStatement,
  Repeat,
  Statement,
} from './ast.ts'
import { ExpressionParser } from './expression-parser.ts'
import { onlyDefined } from './only-defined.ts'
import { endOf, isA, spanOf } from './token-facts.ts'
import {
  As,
  Block,
  Branch,
  Comma,
  Default,
  Densely,
  Else,
  Equals,
  For,
  If,
  In,
  Input,
  Let,
  LParen,
  Parallel,
  Require,
  Residual,
  RParen,
  Terminator,
  Times,
  X,
} from './tokens.ts'

/** What may stand after a layer or a body of layers. */
interface Suffix {
  readonly repeat?: Repeat
  readonly label?: Identifier
}

const noSuffix: Suffix = {}

/** The statements of a network, a define, or a body in one of them. */
export class StatementParser extends ExpressionParser {
  private readonly statementChoice: OrMethodOpts<Statement | undefined> = {
    DEF: [
      { ALT: () => this.SUBRULE(this.inputStatement) },
      { ALT: () => this.SUBRULE(this.residual) },
      { ALT: () => this.SUBRULE(this.densely) },
      { ALT: () => this.SUBRULE(this.parallel) },
      { ALT: () => this.SUBRULE(this.for) },
      { ALT: () => this.SUBRULE(this.if) },
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.require) },
      { ALT: () => this.SUBRULE(this.default) },
      { ALT: () => this.SUBRULE(this.layer) },
    ],
    // A contextual keyword is a name, too: the statement that it starts comes before the layer of that name.
    IGNORE_AMBIGUITIES: true,
    MAX_LOOKAHEAD: 1,
    ERR_MSG: 'a layer or a statement',
  }

  readonly body: ParserMethod<[], readonly Statement[]> = this.rule('body', () => this.braced(this.statement))

  readonly statement: ParserMethod<[], Statement | undefined> = this.rule('statement', () =>
    this.OR<Statement | undefined>(this.statementChoice),
  )

  readonly inputStatement: ParserMethod<[], Statement> = this.rule('inputStatement', () => {
    const start = this.offset()
    this.CONSUME(Input)
    const shape = this.SUBRULE(this.expression)
    const range = this.OPTION(() => {
      this.CONSUME(In)
      return this.SUBRULE2(this.expression)
    })
    return { kind: 'input', shape, ...onlyDefined({ range }), span: this.spanSince(start) }
  })

  readonly layer: ParserMethod<[], LayerStatement | undefined> = this.rule('layer', () => {
    const start = this.offset()
    const block = this.OPTION({ MAX_LOOKAHEAD: 1, DEF: () => this.CONSUME(Block) }) !== undefined
    const valueStart = this.offset()
    const value = this.OR<Expression>({
      DEF: [
        { GATE: () => block, ALT: () => this.SUBRULE(this.conditional) },
        { ALT: () => this.SUBRULE(this.operand) },
      ],
      ERR_MSG: 'a layer',
    })
    const valueSpan = this.spanSince(valueStart)
    const suffix = this.SUBRULE(this.suffix)
    const span = this.spanSince(start, valueSpan)
    return this.ACTION(() => {
      if (isLayerValue(value)) return { kind: 'layer', block, layer: value, ...suffix, span }
      this.reportLast(error('WM0115', `found ${valueNames[value.kind]}, wanted a layer`, { span: valueSpan }))
      return undefined
    })
  })

  readonly suffix: ParserMethod<[], Suffix> = this.rule('suffix', () => {
    if (!this.RECORDING_PHASE && isA(this.LA(1), Terminator)) return noSuffix
    const repeat = this.OPTION({ MAX_LOOKAHEAD: 1, DEF: () => this.SUBRULE(this.repeat) })
    const label = this.OPTION2(() => {
      this.CONSUME(As)
      return this.SUBRULE(this.identifier)
    })
    return onlyDefined({ repeat, label })
  })

  readonly repeat: ParserMethod<[], Repeat> = this.rule('repeat', () => {
    const start = this.offset()
    const count = this.OR<Expression>([
      { ALT: () => this.SUBRULE(this.times) },
      {
        ALT: () => {
          this.CONSUME(X)
          this.CONSUME(LParen)
          const value = this.SUBRULE(this.expression)
          this.CONSUME(RParen)
          return value
        },
      },
    ])
    return { count, span: this.spanSince(start) }
  })

  readonly times: ParserMethod<[], Expression> = this.rule('times', () => {
    const token = this.CONSUME(Times)
    const span = { file: this.file, start: token.startOffset + 1, end: endOf(token) }
    const value = Number(token.image.slice(1))
    if (value > Number.MAX_SAFE_INTEGER) {
      const message = `found ${token.image.slice(1)}, wanted at most ${Number.MAX_SAFE_INTEGER}`
      this.report(error('WM0106', message, { span: spanOf(this.file, token) }))
    }
    return { kind: 'number', value, integer: true, span }
  })

  readonly residual: ParserMethod<[], Statement> = this.rule('residual', () => {
    const start = this.offset()
    const args = this.beforeBody(() => {
      this.CONSUME(Residual)
      return this.OPTION(() => this.SUBRULE(this.arguments))
    })
    const body = this.SUBRULE(this.body)
    const suffix = this.SUBRULE(this.suffix)
    return { kind: 'residual', args: args ?? [], body, ...suffix, span: this.spanSince(start) }
  })

  readonly densely: ParserMethod<[], Statement> = this.rule('densely', () => {
    const start = this.offset()
    this.beforeBody(() => this.CONSUME(Densely))
    const body = this.SUBRULE(this.body)
    const suffix = this.SUBRULE(this.suffix)
    return { kind: 'densely', body, ...suffix, span: this.spanSince(start) }
  })

  readonly parallel: ParserMethod<[], ParallelStatement> = this.rule('parallel', () => {
    const start = this.offset()
    const args = this.beforeBody(() => {
      this.CONSUME(Parallel)
      return this.OPTION(() => this.SUBRULE(this.arguments))
    })
    const branches = this.braced(this.branch)
    const suffix = this.SUBRULE(this.suffix)
    return { kind: 'parallel', args: args ?? [], branches, ...suffix, span: this.spanSince(start) }
  })

  readonly branch: ParserMethod<[], readonly Statement[]> = this.rule('branch', () => {
    this.beforeBody(() => this.CONSUME(Branch))
    return this.SUBRULE(this.body)
  })

  readonly for: ParserMethod<[], Statement | undefined> = this.rule('for', () => {
    const start = this.offset()
    const head = this.beforeBody(() => {
      this.CONSUME(For)
      const variable = this.SUBRULE(this.identifier)
      this.CONSUME(In)
      return { variable, list: this.SUBRULE(this.expression) }
    })
    const body = this.SUBRULE(this.body)
    return head === undefined ? undefined : { kind: 'for', ...head, body, span: this.spanSince(start) }
  })

  readonly if: ParserMethod<[], IfStatement | undefined> = this.rule('if', () => {
    const start = this.offset()
    const condition = this.beforeBody(() => {
      this.CONSUME(If)
      return this.SUBRULE(this.expression)
    })
    const consequent = this.SUBRULE(this.body)
    const alternative = this.OPTION(() => {
      this.CONSUME(Else)
      return this.SUBRULE(this.else)
    })
    if (condition === undefined) return undefined
    return { kind: 'if', condition, consequent, ...onlyDefined({ alternative }), span: this.spanSince(start) }
  })

  /** What follows `else`: a body, or one `if` that stands for it. */
  readonly else: ParserMethod<[], readonly Statement[]> = this.rule('else', () =>
    this.OR<readonly Statement[]>({
      DEF: [
        { ALT: () => this.SUBRULE(this.body) },
        {
          ALT: () => {
            const nested = this.SUBRULE(this.if)
            return nested === undefined ? [] : [nested]
          },
        },
      ],
      ERR_MSG: '`{` or `if`',
    }),
  )

  readonly let: ParserMethod<[], Statement> = this.rule('let', () => {
    const start = this.offset()
    this.CONSUME(Let)
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(Equals)
    return { kind: 'let', name, value: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })

  readonly require: ParserMethod<[], Statement> = this.rule('require', () => {
    const start = this.offset()
    this.CONSUME(Require)
    const condition = this.SUBRULE(this.expression)
    const message = this.OPTION(() => {
      this.CONSUME(Comma)
      return this.SUBRULE(this.string)
    })
    return { kind: 'require', condition, ...onlyDefined({ message }), span: this.spanSince(start) }
  })

  readonly default: ParserMethod<[], DefaultStatement> = this.rule('default', () => {
    const start = this.offset()
    this.CONSUME(Default)
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(Equals)
    return { kind: 'default', name, value: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })
}

function isLayerValue(value: Expression): value is LayerStatement['layer'] {
  return value.kind === 'name' || value.kind === 'call' || value.kind === 'conditional' || value.kind === 'index'
}

const valueNames: Readonly<Record<Exclude<Expression['kind'], LayerStatement['layer']['kind']>, string>> &
  Record<string, string> = {
  number: 'a number',
  boolean: 'a truth value',
  string: 'a string',
  shape: 'a shape',
  list: 'a list',
  range: 'a range',
  slice: 'a part of a list',
  unary: 'a calculation',
  binary: 'a calculation',
}
