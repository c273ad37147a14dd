import type { Span } from '../diagnostics/diagnostic.ts'

/** A name as written, with its place. Dotted names (`wm.smooth`) are one identifier. */
export interface Identifier {
  readonly text: string
  readonly span: Span
}

export type Expression =
  | NumberLiteral
  | BooleanLiteral
  | StringLiteral
  | ShapeLiteral
  | NameExpression
  | CallExpression
  | ListExpression
  | RangeExpression
  | IndexExpression
  | SliceExpression
  | UnaryExpression
  | BinaryExpression
  | ConditionalExpression

/** `3`, `1e-3`, `90%`. `integer` says that it was written without point, exponent or percent sign. */
export interface NumberLiteral {
  readonly kind: 'number'
  readonly value: number
  readonly integer: boolean
  readonly span: Span
}
export interface BooleanLiteral {
  readonly kind: 'boolean'
  readonly value: boolean
  readonly span: Span
}
/** `value` has its escapes resolved. */
export interface StringLiteral {
  readonly kind: 'string'
  readonly value: string
  readonly span: Span
}
/** `28x28x1` */
export interface ShapeLiteral {
  readonly kind: 'shape'
  readonly dims: readonly number[]
  readonly span: Span
}
export interface NameExpression {
  readonly kind: 'name'
  readonly name: Identifier
  readonly span: Span
}
export interface CallExpression {
  readonly kind: 'call'
  readonly callee: Identifier
  readonly args: readonly Argument[]
  readonly span: Span
}
export interface Argument {
  readonly name?: Identifier
  readonly value: Expression
  readonly span: Span
}
export interface ListExpression {
  readonly kind: 'list'
  readonly items: readonly Expression[]
  readonly span: Span
}
/** `0..0.5 step 0.05`, both ends included. */
export interface RangeExpression {
  readonly kind: 'range'
  readonly from: Expression
  readonly to: Expression
  readonly step?: Expression
  readonly span: Span
}
export interface IndexExpression {
  readonly kind: 'index'
  readonly list: Expression
  readonly index: Expression
  readonly span: Span
}
/** `widths[0..1]`, both ends included. */
export interface SliceExpression {
  readonly kind: 'slice'
  readonly list: Expression
  readonly from: Expression
  readonly to: Expression
  readonly span: Span
}
export type UnaryOperator = '-' | 'not'
export interface UnaryExpression {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: Expression
  readonly span: Span
}
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or'
export interface BinaryExpression {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
  readonly span: Span
}
/** `if c then a else b` */
export interface ConditionalExpression {
  readonly kind: 'conditional'
  readonly condition: Expression
  readonly consequent: Expression
  readonly alternative: Expression
  readonly span: Span
}
