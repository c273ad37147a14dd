import type { Span } from '../diagnostics/diagnostic.ts'
import type {
  Argument,
  CallExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  IndexExpression,
  NameExpression,
  StringLiteral,
} from './ast-expressions.ts'

export type TypeExpression =
  | { readonly kind: 'named'; readonly name: Identifier; readonly span: Span }
  | { readonly kind: 'listOf'; readonly element: TypeExpression; readonly span: Span }

/** `width: int in 1..1024 = 32`; the domain is a range or a list. */
export interface Parameter {
  readonly name: Identifier
  readonly type: TypeExpression
  readonly domain?: Expression
  readonly default?: Expression
  readonly span: Span
}

export type Statement =
  | InputStatement
  | LayerStatement
  | ResidualStatement
  | DenselyStatement
  | ParallelStatement
  | ForStatement
  | IfStatement
  | LetStatement
  | RequireStatement
  | DefaultStatement

/** `input 28x28x1 in [0, 1]`; `range` is a list of two numbers. */
export interface InputStatement {
  readonly kind: 'input'
  readonly shape: Expression
  readonly range?: Expression
  readonly span: Span
}
/** `x3` or `x(expr)` after a statement. */
export interface Repeat {
  readonly count: Expression
  readonly span: Span
}
/** `conv(32)`, `block conv(32) x3 as stem`: one layer value applied, plainly or as a block. */
export interface LayerStatement {
  readonly kind: 'layer'
  readonly block: boolean
  readonly layer: NameExpression | CallExpression | ConditionalExpression | IndexExpression
  readonly repeat?: Repeat
  readonly label?: Identifier
  readonly span: Span
}
/** `residual(project=auto) { … } x2 as stage` */
export interface ResidualStatement {
  readonly kind: 'residual'
  readonly args: readonly Argument[]
  readonly body: readonly Statement[]
  readonly repeat?: Repeat
  readonly label?: Identifier
  readonly span: Span
}
/** `densely { … } x4` */
export interface DenselyStatement {
  readonly kind: 'densely'
  readonly body: readonly Statement[]
  readonly repeat?: Repeat
  readonly label?: Identifier
  readonly span: Span
}
/** `parallel(merge=concat) { branch { … } branch { … } }` */
export interface ParallelStatement {
  readonly kind: 'parallel'
  readonly args: readonly Argument[]
  readonly branches: readonly (readonly Statement[])[]
  readonly repeat?: Repeat
  readonly label?: Identifier
  readonly span: Span
}
export interface ForStatement {
  readonly kind: 'for'
  readonly variable: Identifier
  readonly list: Expression
  readonly body: readonly Statement[]
  readonly span: Span
}
/** `else if` nests: the alternative is then one `if` statement. */
export interface IfStatement {
  readonly kind: 'if'
  readonly condition: Expression
  readonly consequent: readonly Statement[]
  readonly alternative?: readonly Statement[]
  readonly span: Span
}
export interface LetStatement {
  readonly kind: 'let'
  readonly name: Identifier
  readonly value: Expression
  readonly span: Span
}
/** `require cond, "message with {name}"` */
export interface RequireStatement {
  readonly kind: 'require'
  readonly condition: Expression
  readonly message?: StringLiteral
  readonly span: Span
}
/** `default norm = batchnorm`: the block argument's value from here on; also at file level. */
export interface DefaultStatement {
  readonly kind: 'default'
  readonly name: Identifier
  readonly value: Expression
  readonly span: Span
}
