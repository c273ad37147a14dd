import { type ISerializedGast, Lexer, type TokenType } from 'chevrotain'
import { DeclarationParser } from '../src/syntax/declaration-parser.ts'
import { allTokens, BinaryOperator, PrefixOperator, Terminator } from '../src/syntax/tokens.ts'

/** `@chevrotain/types` knows the fields by node type only at run time. */
interface GastNode {
  readonly type: string
  readonly name?: string
  readonly label?: string
  readonly definition?: readonly GastNode[]
  readonly separator?: GastNode
}

const head = `/* The grammar of wmnet in W3C EBNF, generated from the parser; the test syntax-ebnf keeps it current.
   Precedence, newlines and contextual keywords are explained in README.md. */
`

/** The grammar as the parser has it, rules first, then the words that have a pattern, as JavaScript regular expressions. */
export function generateEbnf(): string {
  const rules = new DeclarationParser(true).getSerializedGastProductions().map(printRule)
  return `${head}\n${rules.join('\n')}\n\n/* Words */\n${printWords().join('\n')}\n`
}

function printRule(rule: ISerializedGast): string {
  const { name = '', definition = [] } = rule as GastNode
  const lines = definition.length === 1 && definition[0].type === 'Alternation' ? definition[0].definition : undefined
  if (lines !== undefined) return `${name} ::= ${lines.map(printSequenceOf).join(`\n${' '.repeat(name.length)}   | `)}`
  return `${name} ::= ${printSequence(definition)}`
}

function printSequenceOf({ definition = [] }: GastNode): string {
  return printSequence(definition)
}

function printSequence(nodes: readonly GastNode[]): string {
  return nodes.map(printNode).join(' ')
}

function printNode(node: GastNode): string {
  const { type, name = '', label = name, definition = [], separator } = node
  const inner = printSequence(definition)
  const group =
    definition.length === 1 && /^[\w"().,:=+-]+$/.test(inner) && !inner.includes(' ') ? inner : `( ${inner} )`
  switch (type) {
    case 'NonTerminal':
      return name
    case 'Terminal':
      return /^`[^`]+`$/.test(label) && name !== 'Times' ? `"${label.slice(1, -1)}"` : name
    case 'Alternative':
      return inner
    case 'Alternation':
      return `( ${definition.map(printSequenceOf).join(' | ')} )`
    case 'Option':
      return `${group}?`
    case 'Repetition':
      return `${group}*`
    case 'RepetitionMandatoryWithSeparator':
      return `${inner} ( ${separator === undefined ? '' : printNode(separator)} ${inner} )*`
    default:
      throw new Error(`the parser has come to use ${type}, which the EBNF generator does not print`)
  }
}

function printWords(): string[] {
  const categories = [BinaryOperator, PrefixOperator, Terminator].map((category) => {
    const members = allTokens.filter(({ CATEGORIES }) => CATEGORIES?.includes(category))
    return `${category.name} ::= ${members.map(printWord).join(' | ')}`
  })
  const patterns = allTokens.flatMap(({ name, PATTERN, LABEL }) => {
    return PATTERN instanceof RegExp && PATTERN !== Lexer.NA && LABEL !== undefined
      ? [`${name} ::= ${String(PATTERN)}`]
      : []
  })
  return [...categories, ...patterns]
}

function printWord({ name, PATTERN }: TokenType): string {
  return typeof PATTERN === 'string' ? `"${PATTERN}"` : name
}
