import { DeclarationParser } from '../src/syntax/declaration-parser.ts'

/** A part of the grammar as chevrotain writes it down; `@chevrotain/types` knows the fields by node type only at run time. */
export interface GastNode {
  readonly type: string
  readonly name?: string
  readonly label?: string
  readonly definition?: readonly GastNode[]
  readonly separator?: GastNode
}

/** One rule of the parser: what stands in it in sequence. */
export interface GrammarRule {
  readonly name: string
  readonly definition: readonly GastNode[]
}

/** The rules of the parser in the order of their declaration: from single values up to the whole file. */
export function readGrammar(): readonly GrammarRule[] {
  return new DeclarationParser(true).getSerializedGastProductions().map((rule) => {
    const { name = '', definition = [] } = rule as GastNode
    return { name, definition }
  })
}

/** Whether a terminal is written as it is named, `network` or `{`, in contrast to names, numbers and other kinds of word. */
export function isLiteral({ name, label = '' }: GastNode): boolean {
  return /^`[^`]+`$/.test(label) && name !== 'Times'
}
