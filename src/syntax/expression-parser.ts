import type { IToken, OrMethodOpts, ParserMethod } from 'chevrotain'
import { error } from '../diagnostics/diagnostic.ts'
import type {
  Argument,
  CallExpression,
  Expression,
  Identifier,
  IndexExpression,
  NameExpression,
  SliceExpression,
} from './ast.ts'
import { isInteger, numberValue, shapeDims, stringValue } from './literals.ts'
import { onlyDefined } from './only-defined.ts'
import { buildChain, type ChainItem } from './operators.ts'
import { RecoveringParser } from './recovering-parser.ts'
import { endOf, isA, spanOf } from './token-facts.ts'
import {
  BinaryOperator,
  Comma,
  DotDot,
  Else,
  Equals,
  False,
  If,
  LBracket,
  LParen,
  Name,
  Newline,
  NumberToken,
  Percent,
  PrefixOperator,
  RBracket,
  RParen,
  Shape,
  Step,
  StringToken,
  Then,
  True,
} from './tokens.ts'

/** Names, values, and everything that has a value. */
export class ExpressionParser extends RecoveringParser {
  // Choices are made once, not anew for every expression: that took a third of the time of parsing.
  private readonly expressionChoice: OrMethodOpts<Expression> = {
    DEF: [{ ALT: () => this.SUBRULE(this.conditional) }, { ALT: () => this.SUBRULE(this.range) }],
    ERR_MSG: 'a value',
  }

  private readonly primaryChoice: OrMethodOpts<Expression> = {
    DEF: [
      { ALT: () => this.numberLiteral(this.CONSUME(NumberToken)) },
      { ALT: () => this.numberLiteral(this.CONSUME(Percent)) },
      { ALT: () => this.SUBRULE(this.shape) },
      { ALT: () => this.SUBRULE(this.string) },
      { ALT: () => ({ kind: 'boolean', value: true, span: spanOf(this.file, this.CONSUME(True)) }) },
      { ALT: () => ({ kind: 'boolean', value: false, span: spanOf(this.file, this.CONSUME(False)) }) },
      { ALT: () => this.SUBRULE(this.call) },
      {
        ALT: () => {
          this.CONSUME(LParen)
          const value = this.SUBRULE(this.expression)
          this.CONSUME(RParen)
          return value
        },
      },
      { ALT: () => this.SUBRULE(this.list) },
    ],
    ERR_MSG: 'a value',
  }

  readonly identifier: ParserMethod<[], Identifier> = this.rule('identifier', () => {
    const token = this.CONSUME(Name)
    return { text: token.image, span: spanOf(this.file, token) }
  })

  /** `if c then a else b`, `0..0.5 step 0.05` or a chain of operators. */
  readonly expression: ParserMethod<[], Expression> = this.rule(
    'expression',
    () => this.oneWord(endsValue) ?? this.OR(this.expressionChoice),
  )

  readonly conditional: ParserMethod<[], Expression> = this.rule('conditional', () => {
    const start = this.offset()
    this.CONSUME(If)
    const condition = this.SUBRULE(this.expression)
    this.CONSUME(Then)
    const consequent = this.SUBRULE2(this.expression)
    this.CONSUME(Else)
    const alternative = this.SUBRULE3(this.expression)
    return { kind: 'conditional', condition, consequent, alternative, span: this.spanSince(start) }
  })

  readonly range: ParserMethod<[], Expression> = this.rule('range', () => {
    const start = this.offset()
    const from = this.SUBRULE(this.chain)
    const rest = this.OPTION(() => {
      this.CONSUME(DotDot)
      const to = this.SUBRULE2(this.chain)
      const step = this.OPTION2(() => {
        this.CONSUME(Step)
        return this.SUBRULE3(this.chain)
      })
      return { to, ...onlyDefined({ step }) }
    })
    return rest === undefined ? from : { kind: 'range', from, ...rest, span: this.spanSince(start) }
  })

  /** Operands and operators in a row; precedence is settled in `operators.ts`, not by a ladder of rules. */
  readonly chain: ParserMethod<[], Expression> = this.rule('chain', () => {
    const items: ChainItem[] = []
    const isPrefixed = this.RECORDING_PHASE || isA(this.LA(1), PrefixOperator)
    if (!isPrefixed) {
      // Nearly every chain is one operand: it needs none of the bookkeeping.
      const start = this.offset()
      const expression = this.SUBRULE(this.operand)
      if (!isA(this.LA(1), BinaryOperator)) return expression
      items.push({ kind: 'operand', expression, extent: this.spanSince(start) })
    }
    const addPrefix = (token: IToken) => {
      items.push({ kind: 'prefix', operator: token.image, span: spanOf(this.file, token) })
    }
    const addOperand = (parse: () => Expression) => {
      const start = this.offset()
      items.push({ kind: 'operand', expression: parse(), extent: this.spanSince(start) })
    }
    if (isPrefixed) {
      this.MANY(() => addPrefix(this.CONSUME(PrefixOperator)))
      addOperand(() => this.SUBRULE(this.operand))
    }
    this.MANY2(() => {
      const token = this.CONSUME(BinaryOperator)
      items.push({ kind: 'infix', operator: token.image, span: spanOf(this.file, token) })
      this.MANY3(() => addPrefix(this.CONSUME2(PrefixOperator)))
      addOperand(() => this.SUBRULE2(this.operand))
    })
    return this.ACTION(() => buildChain(items, (problem) => this.report(problem)))
  })

  /** A primary value and the indices and slices after it. */
  readonly operand: ParserMethod<[], Expression> = this.rule('operand', () => {
    const start = this.offset()
    let value = this.oneWord(endsPrimary) ?? this.SUBRULE(this.primary)
    if (!this.RECORDING_PHASE && !isA(this.LA(1), LBracket)) return value
    this.MANY(() => {
      const list = value
      this.CONSUME(LBracket)
      const index = this.SUBRULE(this.expression)
      this.CONSUME(RBracket)
      value = this.ACTION(() => this.elementOf(list, index, start))
    })
    return value
  })

  readonly primary: ParserMethod<[], Expression> = this.rule('primary', () => this.OR<Expression>(this.primaryChoice))

  readonly shape: ParserMethod<[], Expression> = this.rule('shape', () => {
    const token = this.CONSUME(Shape)
    return { kind: 'shape', dims: shapeDims(token.image), span: spanOf(this.file, token) }
  })

  readonly string: ParserMethod<[], Expression & { kind: 'string' }> = this.rule('string', () => {
    const token = this.CONSUME(StringToken)
    return { kind: 'string', value: stringValue(token.image), span: spanOf(this.file, token) }
  })

  readonly list: ParserMethod<[], Expression> = this.rule('list', () => {
    const start = this.offset()
    const items = this.commaSeparated(LBracket, RBracket, this.expression)
    return { kind: 'list', items, span: this.spanSince(start) }
  })

  /** `conv(3, k=5)`, or a name alone. */
  readonly call: ParserMethod<[], NameExpression | CallExpression> = this.rule('call', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    const args = this.OPTION(() => this.SUBRULE(this.arguments))
    if (args === undefined) return { kind: 'name', name, span: name.span }
    return { kind: 'call', callee: name, args, span: this.spanSince(start) }
  })

  readonly arguments: ParserMethod<[], readonly Argument[]> = this.rule('arguments', () =>
    this.commaSeparated(LParen, RParen, this.argument),
  )

  readonly argument: ParserMethod<[], Argument> = this.rule('argument', () => {
    const start = this.offset()
    const name = this.OPTION(() => {
      const identifier = this.SUBRULE(this.identifier)
      this.CONSUME(Equals)
      return identifier
    })
    const value = this.SUBRULE(this.expression)
    const span = this.spanSince(start, value.span)
    return name === undefined ? { value, span } : { name, value, span }
  })

  /**
   * A number or a name, where the word after it shows that the value ends there. Nearly every value is one, and needs none of
   * the rules that it would go through.
   */
  private oneWord(isEnd: (next: IToken) => boolean): Expression | undefined {
    if (this.RECORDING_PHASE || !isEnd(this.LA(2))) return undefined
    const word = this.LA(1)
    if (word.tokenType === NumberToken) return this.numberLiteral(this.CONSUME(NumberToken))
    if (!isA(word, Name)) return undefined
    const name = this.SUBRULE(this.identifier)
    return { kind: 'name', name, span: name.span }
  }

  private numberLiteral(token: IToken): Expression {
    const { image } = token
    return { kind: 'number', value: numberValue(image), integer: isInteger(image), span: spanOf(this.file, token) }
  }

  protected elementOf(list: Expression, index: Expression, start: number): IndexExpression | SliceExpression {
    const span = { file: this.file, start, end: endOf(this.LA(0)) }
    if (index.kind !== 'range') return { kind: 'index', list, index, span }
    if (index.step !== undefined) {
      this.report(
        error('WM0114', 'found a `step`, wanted `first..last`', {
          span: index.step.span,
          labels: [{ span, message: 'the slice' }],
        }),
      )
    }
    return { kind: 'slice', list, from: index.from, to: index.to, span }
  }
}

/** Whether a value of one word ends before this one, whatever the value is part of. */
function endsValue({ tokenType }: IToken): boolean {
  return tokenType === Comma || tokenType === RParen || tokenType === RBracket || tokenType === Newline
}

/** Whether a primary value of one word ends before this one: no arguments, index or slice follow. */
function endsPrimary({ tokenType }: IToken): boolean {
  return tokenType !== LParen && tokenType !== LBracket
}
