import type { Span } from '../diagnostics/diagnostic.ts'

/** A name as written, with its place. Dotted names (`wm.smooth`) are one identifier. */
export interface Identifier {
  readonly text: string
  readonly span: Span
}

// ── Expressions ──────────────────────────────────────────────────────────────────────────────

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

// ── Types and parameters, as written ─────────────────────────────────────────────────────────

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

// ── Statements of a network, a define, or a block inside them ────────────────────────────────

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

// ── Declarations of a .wmnet file ────────────────────────────────────────────────────────────

export interface NetworkDeclaration {
  readonly kind: 'network'
  readonly name: Identifier
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[]
  readonly span: Span
}
export interface DefineDeclaration {
  readonly kind: 'define'
  readonly name: Identifier
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[]
  readonly span: Span
}
/** `use "path" { A, B }`; without braces every name of the file is imported. */
export interface UseDeclaration {
  readonly kind: 'use'
  readonly path: StringLiteral
  readonly names?: readonly Identifier[]
  readonly span: Span
}
export interface AblationDeclaration {
  readonly kind: 'ablation'
  readonly name: Identifier
  readonly network: Identifier
  readonly variants: readonly VariantDeclaration[]
  readonly span: Span
}
/** `variant a { … }`, `variant b = smooth + cnn_bn`. A body is the one-term case of the sum. */
export interface VariantDeclaration {
  readonly kind: 'variant'
  readonly name: Identifier
  readonly definition:
    | { readonly kind: 'body'; readonly diffs: readonly Diff[]; readonly span: Span }
    | { readonly kind: 'sum'; readonly terms: readonly Identifier[]; readonly span: Span }
  readonly span: Span
}
/** One typed change against the network. Structural diffs (replace, remove, insert, wrap) join this union. */
export type Diff = AssignDiff
/** `norm = batchnorm`, `widths[0] = 64`, `widths[0..1] = [64, 64]` */
export interface AssignDiff {
  readonly kind: 'assign'
  readonly target: NameExpression | IndexExpression | SliceExpression
  readonly value: Expression
  readonly span: Span
}

// ── Declarations of a .wmspec file ───────────────────────────────────────────────────────────

export interface ProtocolDeclaration {
  readonly kind: 'protocol'
  readonly name: Identifier
  readonly base?: Identifier
  readonly entries: readonly ProtocolEntry[]
  readonly span: Span
}
/**
 * `data mnist(validation=10%)`, `trials 3`, `measure error, activation_mse`,
 * `train adam(lr=1e-3) { loss = crossentropy; batch = 128 }`: a keyword, values, settings.
 */
export interface ProtocolEntry {
  readonly keyword: Identifier
  readonly values: readonly Expression[]
  readonly settings: readonly Setting[]
  readonly span: Span
}
export interface Setting {
  readonly name: Identifier
  readonly value: Expression
  readonly span: Span
}
export interface StudyDeclaration {
  readonly kind: 'study'
  readonly name: Identifier
  readonly runs: readonly StudyRun[]
  readonly span: Span
}
/** `run Table2 under Paper`; lists (`run A, B under P, Q`) cross. */
export interface StudyRun {
  readonly subjects: readonly Identifier[]
  readonly protocols: readonly Identifier[]
  readonly span: Span
}

export type Declaration =
  | UseDeclaration
  | DefaultStatement
  | NetworkDeclaration
  | DefineDeclaration
  | AblationDeclaration
  | ProtocolDeclaration
  | StudyDeclaration

/** One parsed file. Both kinds of file share one grammar; which declarations fit where is checked later. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly declarations: readonly Declaration[]
}
