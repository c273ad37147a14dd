import railroad from 'railroad-diagrams'
import { type GastNode, type GrammarRule, isLiteral } from './gast.ts'

const { Choice, Diagram, NonTerminal, OneOrMore, Optional, Sequence, Terminal, ZeroOrMore } = railroad
type Part = ReturnType<typeof Sequence>

/** A rule as a railroad diagram in SVG; what it refers to is linked to `#NAME`. */
export function drawRule({ name, definition }: GrammarRule): string {
  const diagram = Diagram(...drawSequence(definition)).format(12, 4, 12, 4)
  diagram.attrs = { ...diagram.attrs, role: 'group', 'aria-label': `diagram of ${name}` }
  return diagram.toString()
}

/**
 * The parts of a sequence. `a ( "," a )*` is drawn as one loop with the comma on its way back, which the grammar
 * cannot say in one node, since it recovers from errors between the items.
 */
function drawSequence(nodes: readonly GastNode[]): Part[] {
  const parts: Part[] = []
  const starts: number[] = []
  nodes.forEach((node, at) => {
    starts.push(parts.length)
    const loop = findLoop(nodes.slice(0, at), node)
    if (loop === undefined) parts.push(drawNode(node))
    else parts.splice(starts[at - loop.length], parts.length, drawLoop(node, loop.separator))
  })
  return parts
}

/** Whether a repetition repeats what stands before it, and what then stands in between (at most one thing). */
function findLoop(
  before: readonly GastNode[],
  { type, definition = [] }: GastNode,
): { length: number; separator: GastNode | undefined } | undefined {
  if (type !== 'Repetition') return undefined
  for (const separators of [0, 1]) {
    const item = definition.slice(separators)
    const isSame = item.length > 0 && item.length <= before.length && sameNodes(item, before.slice(-item.length))
    if (isSame) return { length: item.length, separator: separators === 0 ? undefined : definition[0] }
  }
  return undefined
}

function drawLoop({ definition = [] }: GastNode, separator: GastNode | undefined): Part {
  if (separator === undefined) return OneOrMore(drawGroup(definition))
  return OneOrMore(drawGroup(definition.slice(1)), drawNode(separator))
}

function drawNode(node: GastNode): Part {
  const { type, name = '', label = name, definition = [], separator } = node
  switch (type) {
    case 'NonTerminal':
      return linked(name, 'rule')
    case 'Terminal':
      return isLiteral(node) ? literal(label.slice(1, -1)) : linked(name, 'word')
    case 'Alternative':
      return drawGroup(definition)
    case 'Alternation':
      return Choice(0, ...definition.map(drawNode))
    case 'Option':
      return Optional(drawGroup(definition))
    case 'Repetition':
      return ZeroOrMore(drawGroup(definition))
    case 'RepetitionMandatoryWithSeparator':
      return OneOrMore(drawGroup(definition), separator === undefined ? undefined : drawNode(separator))
    default:
      throw new Error(`the parser has come to use ${type}, which the railroad generator does not draw`)
  }
}

function drawGroup(nodes: readonly GastNode[]): Part {
  const parts = drawSequence(nodes)
  return parts.length === 1 ? parts[0] : Sequence(...parts)
}

function literal(text: string): Part {
  const part = Terminal(text)
  part.attrs = { class: 'literal' }
  return part
}

/** A box that leads to what it names: the library draws it as a group, and a link is a group that can be followed. */
function linked(name: string, kind: 'rule' | 'word'): Part {
  const part = NonTerminal(name)
  part.tagName = 'a'
  part.attrs = { class: kind, href: `#${name}` }
  return part
}

/** Whether two stretches of the grammar say the same; `idx`, which tells a rule's calls apart, does not count. */
function sameNodes(left: readonly GastNode[], right: readonly GastNode[]): boolean {
  return left.length === right.length && left.every((node, i) => sameNode(node, right[i]))
}

function sameNode(left: GastNode, right: GastNode): boolean {
  return (
    left.type === right.type &&
    left.name === right.name &&
    left.separator?.name === right.separator?.name &&
    sameNodes(left.definition ?? [], right.definition ?? [])
  )
}
