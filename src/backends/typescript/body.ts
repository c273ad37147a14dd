import { type GraphNode, inputId, type NodeId, printShape, shapeOf } from '../../graph/graph.ts'
import { inputNames } from './layer-code.ts'
import { type Line, line, textOf } from './lines.ts'
import { writeLoop } from './loops.ts'
import { commonPath, exitOf } from './places.ts'
import type { DefineItem, Item } from './tree.ts'
import {
  access,
  assign,
  type Block,
  type Flow,
  type Frame,
  fresh,
  refer,
  save,
  type Writing,
  type WrittenFunction,
} from './values.ts'

/** The whole network over `x` and `weights`. */
export function writeNetwork(items: readonly Item[], writing: Writing): { lines: readonly Line[]; training: boolean } {
  const frame: Frame = { extra: [], isDefine: false, depth: 0, training: false, declared: false }
  const block: Block = {
    frame,
    taken: new Set(['x', 'h', 'weights', 'training', 'tf']),
    saved: new Map([[inputId, 'x']]),
    bases: [{ variable: 'weights', path: [] }],
    depth: 0,
    current: undefined,
  }
  const lines = writeFunctionBody(items, writing.graph.output, block, writing)
  return { lines, training: frame.training }
}

function writeDefine(item: DefineItem, exit: NodeId, passes: number, writing: Writing): WrittenFunction {
  const entry = item.nodes[0]?.inputs[0] ?? inputId
  const base = commonPath(item.nodes, passes, writing)
  const frame: Frame = { extra: [], isDefine: true, depth: passes, training: false, declared: false }
  const block: Block = {
    frame,
    taken: new Set(['x', 'h', 'w', 'training', 'tf']),
    saved: new Map([[entry, 'x']]),
    bases: [{ variable: 'w', path: base ?? [] }],
    depth: passes,
    current: undefined,
  }
  const lines = writeFunctionBody(item.items, exit, block, writing)
  return { lines, extra: frame.extra, base, training: frame.training }
}

function writeFunctionBody(items: readonly Item[], exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  return writeBody(items, exit, block, writing, () => writeItems(items, exit, block, writing))
}

/** The lines of a function that gives the value `exit`; `write` gives those of its items. */
export function writeBody(
  items: readonly Item[],
  exit: NodeId,
  block: Block,
  flow: Flow,
  write: () => readonly Line[],
): readonly Line[] {
  const startsWithLoop = items[0]?.kind === 'loop'
  const start = startsWithLoop ? [line(`${flow.declaration}x`)] : []
  if (startsWithLoop) {
    block.current = [...block.saved.keys()][0]
    block.frame.declared = true
  }
  const lines = asConstant(skipCopy([...start, ...write()], flow))
  const result = refer(exit, 0, block, flow)
  const last = lines.at(-1)
  const [, expression] = (last?.kind === 'text' && /^(?:let |const )?h(?:: tf\.Tensor)? = (.*)$/s.exec(last.text)) || []
  if (result !== 'h' || expression === undefined || last?.kind !== 'text') {
    return [...lines, line(`return ${result}`)]
  }
  return [...lines.slice(0, -1), { ...last, text: `return ${expression}` }]
}

/** `let h = x` is for loops: what follows another line takes `x` itself. */
function skipCopy(lines: readonly Line[], { declaration }: Flow): readonly Line[] {
  const [copy, first, ...others] = lines
  if (copy?.kind !== 'text' || copy.text !== `${declaration}x`) return lines
  if (first?.kind !== 'text' || !first.text.startsWith('h = ')) return lines
  const expression = first.text.slice('h = '.length).replace(/\bh\b/g, 'x')
  return [{ ...first, text: `${declaration}${expression}` }, ...others]
}

/** What is never set again is no variable. The last line does not count: it becomes the `return`. */
function asConstant(lines: readonly Line[]): readonly Line[] {
  const at = lines.findIndex((each) => each.kind === 'text' && each.text.startsWith('let h'))
  const declared = lines[at]
  const others = lines.slice(at + 1)
  const isSet = /^h = /m.test(textOf(others.slice(0, -1))) || others.at(-1)?.kind === 'block'
  if (declared?.kind !== 'text' || isSet) return lines
  return [...lines.slice(0, at), { ...declared, text: declared.text.replace(/^let h/, 'const h') }, ...others]
}

export function writeItems(items: readonly Item[], exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const lines: Line[] = []
  for (let at = 0; at < items.length; ) {
    const item = items[at]
    if (item === undefined) break
    if (item.kind === 'node') {
      const statement = chainFrom(items, at, writing)
      lines.push(...writeStatement(statement, exit, block, writing))
      at += statement.length
    } else {
      const isLast = at === items.length - 1
      const result = exitOf(item, isLast ? exit : undefined, writing)
      lines.push(
        ...(item.kind === 'loop' ? writeLoop(item, result, block, writing) : writeCall(item, result, block, writing)),
      )
      at++
    }
  }
  return lines
}

/** The nodes of one statement that feed each other and nothing else: a layer, its normalisation, its activation. */
function chainFrom(items: readonly Item[], start: number, writing: Writing): readonly GraphNode[] {
  const nodes: GraphNode[] = []
  for (const item of items.slice(start)) {
    const last = nodes.at(-1)
    if (item.kind !== 'node') break
    const { node } = item
    if (last !== undefined) {
      const isNext =
        node.origin.statement === last.origin.statement && (node.role === 'norm' || node.role === 'activation')
      const isOnly =
        writing.consumers[last.id]?.length === 1 && node.inputs[0] === last.id && last.id !== writing.graph.output
      if (!isNext || !isOnly || !isShort(node, writing)) break
    }
    nodes.push(node)
  }
  return nodes
}

/** Names its input once, so that another expression can stand there. */
function isShort(node: GraphNode, writing: Writing): boolean {
  return writing.layerFunction(node) !== undefined || writing.layers.get(node.id)?.testing.uses === 1
}

function writeStatement(nodes: readonly GraphNode[], exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const [first] = nodes
  const last = nodes.at(-1)
  if (first === undefined || last === undefined) return []
  const lines: Line[] = last.role === 'shortcut' ? [] : [...save(last.id, exit, block, writing)]
  let text = ''
  for (const [index, node] of nodes.entries()) {
    const inputs = index === 0 ? node.inputs.map((id, slot) => refer(id, slot, block, writing)) : [text]
    let own = writeNode(node, inputs, block, writing)
    const earlier = nodes[index - 1]
    if (earlier !== undefined && own.text.length > longestLine) {
      lines.push(assign(text, earlier.id, printShape(earlier.shape), block, writing))
      own = writeNode(node, ['h'], block, writing)
    }
    lines.push(...own.before)
    text = own.text
  }
  const shape = printShape(last.shape)
  if (last.role !== 'shortcut') return [...lines, assign(text, last.id, shape, block, writing)]
  const name = fresh('projection', block)
  block.saved.set(last.id, name)
  // It goes beside what `h` holds, so nothing had to be kept.
  return [...lines, line(`const ${name} = ${text}`, shape)]
}

interface WrittenNode {
  readonly before: readonly Line[]
  readonly text: string
}

function writeNode(node: GraphNode, inputs: readonly string[], block: Block, writing: Writing): WrittenNode {
  const written = writing.layers.get(node.id)
  if (written === undefined) throw new Error(`${node.name} was not written`)
  const path = writing.paths.get(node.id)
  const hoisted = writing.layerFunction(node)
  const weights = path === undefined ? '' : access(path, block)
  if (hoisted !== undefined) {
    block.frame.training ||= hoisted.training
    const rest = [...(path === undefined ? [] : [weights]), ...(hoisted.training ? ['training'] : [])]
    return { before: [], text: `${hoisted.name}(${[...inputs, ...rest].join(', ')})` }
  }
  const text = substitute(written.testing.result, inputs, weights)
  if (path === undefined || text.length <= longestCall) return { before: [], text }
  const name = fresh(String(path.findLast((key) => typeof key === 'string')).replace(/\W/g, '_'), block)
  return { before: [line(`const ${name} = ${weights}`)], text: substitute(written.testing.result, inputs, name) }
}

/** Calls that are longer get their weights on a line of its own. */
const longestCall = 90

/** A layer, normalisation and activation that are longer together stand on lines of their own. */
const longestLine = 98

function substitute(text: string, inputs: readonly string[], weights: string): string {
  const names = inputNames(inputs.length)
  return text.replace(/\bw\b(?=[.[])|\bx\d*\b/g, (name) =>
    name === 'w' ? weights : (inputs[names.indexOf(name)] ?? name),
  )
}

function writeCall(item: DefineItem, exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const written = writeDefine(item, exit, block.depth, writing)
  block.frame.training ||= written.training
  const name = writing.defineFunction(item, written)
  const entry = refer(item.nodes[0]?.inputs[0] ?? inputId, 0, block, writing)
  const extra = written.extra.map(({ id }) => refer(id, 1, block, writing))
  const weights = written.base === null ? [] : [access(written.base, block)]
  const args = [entry, ...weights, ...extra, ...(written.training ? ['training'] : [])]
  const last = item.nodes.at(-1)?.id ?? exit
  const shape = printShape(shapeOf(writing.graph, exit))
  return [...save(last, undefined, block, writing), assign(`${name}(${args.join(', ')})`, exit, shape, block, writing)]
}
