import { type Graph, type GraphNode, inputId, type NodeId, printShape, shapeOf } from '../../graph/graph.ts'
import { inputNames, type WrittenLayer } from './layer-code.ts'
import { type Line, line, mergeLines, splitCommon, textOf } from './lines.ts'
import { childAt, elementTypes, printPath, type RecordPath, type RecordTree } from './record.ts'
import { type DefineItem, type Item, type LoopItem, nodesOf, type Pass } from './tree.ts'

/** What bodies share. */
export interface Writing {
  readonly graph: Graph
  readonly record: RecordTree
  readonly layers: ReadonlyMap<NodeId, WrittenLayer>
  readonly paths: ReadonlyMap<NodeId, RecordPath>
  readonly consumers: readonly (readonly NodeId[])[]
  /** The function of a layer that takes more than a line, or undefined. */
  layerFunction(node: GraphNode): { readonly name: string; readonly training: boolean } | undefined
  /** Adds a function for a define unless there is an equal one; gives its name. */
  defineFunction(item: DefineItem, written: WrittenFunction): string
  /** The name of the type of what lies at the path. */
  typeName(path: RecordPath): string
}

/** The body of a function of one value. */
export interface WrittenFunction {
  readonly lines: readonly Line[]
  /** Results of the caller that it uses besides `x`. */
  readonly extra: readonly { readonly id: NodeId; readonly name: string }[]
  /** Of its weights; null where it has none. */
  readonly base: RecordPath | null
  readonly training: boolean
}

/** One function while its body is written. */
interface Frame {
  readonly extra: { readonly id: NodeId; readonly name: string }[]
  /** Values of the caller may be asked for. */
  readonly isDefine: boolean
  /** How many loops stand around it. */
  readonly depth: number
  training: boolean
  declared: boolean
}

/** The names in view in one block. */
interface Block {
  readonly frame: Frame
  readonly taken: Set<string>
  readonly saved: Map<NodeId, string>
  /** The variable with the weights, and where in the record it stands. */
  readonly base: { readonly variable: string; readonly path: RecordPath }
  readonly depth: number
  /** Which result `h` holds. */
  current: NodeId | undefined
}

const weightVariables = ['w', 'v', 'u', 't', 's']

/** The whole network over `x` and `weights`. */
export function writeNetwork(items: readonly Item[], writing: Writing): { lines: readonly Line[]; training: boolean } {
  const frame: Frame = { extra: [], isDefine: false, depth: 0, training: false, declared: false }
  const block: Block = {
    frame,
    taken: new Set(['x', 'h', 'weights', 'training', 'tf']),
    saved: new Map([[inputId, 'x']]),
    base: { variable: 'weights', path: [] },
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
    base: { variable: 'w', path: base ?? [] },
    depth: passes,
    current: undefined,
  }
  const lines = writeFunctionBody(item.items, exit, block, writing)
  return { lines, extra: frame.extra, base, training: frame.training }
}

function writeFunctionBody(items: readonly Item[], exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const startsWithLoop = items[0]?.kind === 'loop'
  const start = startsWithLoop ? [line('let h: tf.Tensor = x')] : []
  if (startsWithLoop) {
    block.current = [...block.saved.keys()][0]
    block.frame.declared = true
  }
  const lines = writeItems(items, exit, block, writing)
  const result = refer(exit, 0, block, writing)
  const last = lines.at(-1)
  const [, expression] = (last?.kind === 'text' && /^(?:let )?h(?:: tf\.Tensor)? = (.*)$/s.exec(last.text)) || []
  if (result !== 'h' || expression === undefined || last?.kind !== 'text') {
    return [...start, ...lines, line(`return ${result}`)]
  }
  return [...start, ...lines.slice(0, -1), { ...last, text: `return ${expression}` }]
}

function writeItems(items: readonly Item[], exit: NodeId, block: Block, writing: Writing): readonly Line[] {
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
      lines.push(assign(text, earlier.id, printShape(earlier.shape), block))
      own = writeNode(node, ['h'], block, writing)
    }
    lines.push(...own.before)
    text = own.text
  }
  const shape = printShape(last.shape)
  if (last.role !== 'shortcut') return [...lines, assign(text, last.id, shape, block)]
  const name = fresh('projection', block)
  block.saved.set(last.id, name)
  // It goes beside what `h` holds, so nothing had to be kept.
  return [...lines, line(`const ${name} = ${text}`, shape)]
}

/** Sets `h`, which must have been saved if it is needed again. */
function assign(text: string, id: NodeId, shape: string, block: Block): Line {
  const { frame } = block
  const declaration = frame.declared ? 'h = ' : 'let h: tf.Tensor = '
  frame.declared = true
  block.current = id
  return line(`${declaration}${text}`, shape)
}

/** Keeps what `h` holds where something behind node `limit` needs it. */
function save(limit: NodeId, exit: NodeId | undefined, block: Block, writing: Writing): readonly Line[] {
  const { current, saved } = block
  if (current === undefined || saved.has(current)) return []
  const isNeeded = current === exit || (writing.consumers[current] ?? []).some((consumer) => consumer > limit)
  if (!isNeeded) return []
  const name = fresh(nameOfValue(current, writing), block)
  saved.set(current, name)
  return [line(`const ${name} = h`)]
}

/** A label, or what the value is for. */
function nameOfValue(id: NodeId, { graph, consumers }: Writing): string {
  const label = graph.nodes[id - 1]?.origin.label?.replace(/#\d+$/, '')
  if (label !== undefined) return label
  const scopes = graph.nodes[id - 1]?.origin.scopes ?? []
  const users = (consumers[id] ?? []).flatMap((consumer) => graph.nodes[consumer - 1] ?? [])
  const branch = scopes.findLast(({ kind }) => kind === 'branch')
  if (branch !== undefined && users.every(({ role }) => role === 'merge')) return branch.name.replace(' ', '')
  if (users.some(({ role }) => role === 'shortcut')) return 'shortcut'
  const merge = users.find(({ role }) => role === 'merge')
  if (merge?.call.name === 'add') return merge.inputs[0] === id ? 'body' : 'shortcut'
  return 'before'
}

/** The variable that holds the value: `h`, or a name. */
function refer(id: NodeId, slot: number, block: Block, writing: Writing): string {
  const saved = block.saved.get(id)
  if (id === block.current && (slot === 0 || saved === undefined)) return 'h'
  if (saved !== undefined) return saved
  if (!block.frame.isDefine) throw new Error(`node ${id} is out of view where it is used`)
  const known = block.frame.extra.find((extra) => extra.id === id)
  const name = known?.name ?? fresh(nameOfValue(id, writing), block)
  block.saved.set(id, name)
  if (known === undefined) block.frame.extra.push({ id, name })
  return name
}

function fresh(hint: string, { taken }: Block): string {
  let name = reserved.has(hint) ? `${hint}_` : hint
  for (let count = 2; taken.has(name); count++) name = `${hint}${count}`
  taken.add(name)
  return name
}

/** Words that a label may be and a variable may not. */
const reserved: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally
  for function if implements import in instanceof interface let new null package private protected public return static super
  switch this throw true try typeof undefined var void while with yield NaN Infinity`.split(/\s+/),
)

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

function access(path: RecordPath, { base }: Block): string {
  return printPath(base.variable, path.slice(base.path.length))
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
  return [...save(last, undefined, block, writing), assign(`${name}(${args.join(', ')})`, exit, shape, block)]
}

function writeLoop(item: LoopItem, exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const firstPass = item.passes[0]?.nodes.at(-1)?.id ?? exit
  const start: Line[] = [...save(firstPass, undefined, block, writing)]
  const entry = item.nodes[0]?.inputs[0] ?? inputId
  if (block.current !== entry || !block.frame.declared) {
    start.push(assign(refer(entry, 0, block, writing), entry, printShape(shapeOf(writing.graph, entry)), block))
  }
  return [...start, ...(foldLoop(item, exit, block, writing) ?? unrollLoop(item, exit, block, writing))]
}

/** As a `for`, where every pass does the same, or what its weights tell. */
function foldLoop(item: LoopItem, exit: NodeId, block: Block, writing: Writing): readonly Line[] | undefined {
  const list = listPath(item, block.depth, writing)
  const isWhole = item.passes.every(({ number }, index) => number === index + 1)
  if (list === undefined) return undefined
  const elements = list === null ? undefined : childAt(writing.record, list)
  if (!isWhole || (elements?.kind === 'list' && elements.elements.length !== item.passes.length)) return undefined
  const own = nestedBlocks(block)
  const variable =
    weightVariables[block.depth - block.frame.depth + (block.frame.isDefine ? 1 : 0)] ?? `w${block.depth}`
  const bodies = item.passes.map((pass, index) => {
    const base = list === null ? block.base : { variable, path: [...list, index] }
    return {
      index,
      lines: writePass(pass, item.passes[index + 1], exit, own({ base, depth: block.depth + 1 }), writing),
    }
  })
  const groups = new Map<string, typeof bodies>()
  for (const body of bodies) groups.set(textOf(body.lines), [...(groups.get(textOf(body.lines)) ?? []), body])
  const kinds = [...groups.values()]
  if (list === null && kinds.length > 1) return undefined
  const body =
    kinds.length === 1 ? mergeLines(bodies.map(({ lines }) => lines)) : choose(kinds, list ?? [], variable, writing)
  if (body === undefined) return undefined
  block.current = exit
  const count = item.passes.length
  const head =
    list === null ? `for (let i = 0; i < ${count}; i++)` : `for (const ${variable} of ${access(list, block)})`
  return [{ kind: 'block', head, body }]
}

/** `if ('conv0' in w) { … } else { … }`, where a name tells each kind of pass but the last from all others. */
function choose(
  kinds: readonly (readonly { readonly index: number; readonly lines: readonly Line[] }[])[],
  list: RecordPath,
  variable: string,
  writing: Writing,
): readonly Line[] | undefined {
  const members = kinds.map((passes) => passes.map(({ index }) => namesIn(childAt(writing.record, [...list, index]))))
  const marks = members.map((own, kind) => {
    const others = new Set(members.flatMap((names, other) => (other === kind ? [] : names.flatMap((set) => [...set]))))
    return [...(own[0] ?? [])].find((name) => !others.has(name) && own.every((set) => set.has(name)))
  })
  const unmarked = marks.flatMap((mark, kind) => (mark === undefined ? [kind] : []))
  if (unmarked.length > 1) return undefined
  const otherwise = unmarked[0] ?? kinds.length - 1
  const order = [...kinds.keys()].filter((kind) => kind !== otherwise)
  const { start, middles, end } = splitCommon(kinds.map((passes) => mergeLines(passes.map(({ lines }) => lines))))
  const bodyOf = (kind: number) => middles[kind] ?? []
  const last: Line = { kind: 'block', head: '', body: bodyOf(otherwise) }
  const chain = order.reduceRight<Line & { kind: 'block' }>((next, kind) => {
    const head = `if (${printKey(marks[kind] ?? '')} in ${variable})`
    return { kind: 'block', head, body: bodyOf(kind), next }
  }, last)
  return [...start, chain, ...end]
}

function printKey(name: string): string {
  return `'${name}'`
}

function namesIn(tree: RecordTree | undefined): ReadonlySet<string> {
  if (tree?.kind === 'group') return new Set(tree.members.keys())
  return new Set(tree?.kind === 'layer' ? tree.fields.map(({ name }) => name) : [])
}

function unrollLoop(item: LoopItem, exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const list = listPath(item, block.depth, writing) ?? null
  const elements = list === null ? undefined : childAt(writing.record, list)
  const isMixed = elements?.kind === 'list' && elementTypes(elements.elements).length > 1
  return item.passes.flatMap((pass, index) => {
    const path = [...(list ?? []), pass.number - 1]
    const start: Line[] = []
    let base = block.base
    if (list !== null && isMixed && childAt(writing.record, path) !== undefined) {
      const variable = fresh(`pass${pass.number}`, block)
      start.push(line(`const ${variable} = ${access(path, block)} as ${writing.typeName(path)}`))
      base = { variable, path }
    }
    const inner: Block = { ...block, base, depth: block.depth + 1, saved: block.saved, taken: block.taken }
    const lines = writePass(pass, item.passes[index + 1], exit, inner, writing)
    block.current = inner.current
    return [...start, ...lines]
  })
}

/** One pass; afterwards `h` holds its result. */
function writePass(pass: Pass, next: Pass | undefined, exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const end = next === undefined ? exit : exitOfNodes(pass.nodes, undefined, writing)
  const lines = writeItems(pass.items, end, block, writing)
  if (block.current === end) return lines
  return [...lines, assign(refer(end, 1, block, writing), end, printShape(shapeOf(writing.graph, end)), block)]
}

/** Blocks for passes: each begins with what the one before left in `h`. */
function nestedBlocks(outer: Block): (inner: Pick<Block, 'base' | 'depth'>) => Block {
  let last: Block = outer
  return (inner) => {
    last = { ...outer, ...inner, taken: new Set(outer.taken), saved: new Map(outer.saved), current: last.current }
    return last
  }
}

/**
 * Where the weights of a loop's passes lie: the path up to the number of the pass. Null where it has none; undefined where they
 * lie in several lists, as a repeated block's layers and normalisations do.
 */
function listPath(item: LoopItem, passes: number, writing: Writing): RecordPath | null | undefined {
  const lists = item.nodes.flatMap(({ id }) => {
    const path = writing.paths.get(id)
    return path === undefined ? [] : [path.slice(0, numberAt(path, passes))]
  })
  const [first = null, ...others] = lists
  return others.every((list) => list.join('.') === first?.join('.')) ? first : undefined
}

/** The place in the path of the number of the pass after so many others. */
function numberAt(path: RecordPath, passes: number): number {
  const numbers = path.flatMap((key, index) => (typeof key === 'number' ? [index] : []))
  return numbers[passes] ?? path.length
}

/** What the paths of all nodes begin with, without the pass of a loop among them. */
function commonPath(nodes: readonly GraphNode[], passes: number, writing: Writing): RecordPath | null {
  const paths = nodes.flatMap(({ id }) => {
    const path = writing.paths.get(id)
    return path === undefined ? [] : [path.slice(0, numberAt(path, passes))]
  })
  const [first] = paths
  if (first === undefined) return null
  const length = first.findIndex((key, index) => paths.some((path) => path[index] !== key))
  return length === -1 ? first : first.slice(0, length)
}

/** The value of the item that something behind it takes. */
function exitOf(item: Item, exit: NodeId | undefined, writing: Writing): NodeId {
  return exitOfNodes(nodesOf(item), exit, writing)
}

function exitOfNodes(nodes: readonly GraphNode[], exit: NodeId | undefined, writing: Writing): NodeId {
  const last = nodes.at(-1)?.id ?? inputId
  const own = new Set(nodes.map(({ id }) => id))
  if (exit !== undefined && own.has(exit)) return exit
  const used = nodes.filter(({ id }) => (writing.consumers[id] ?? []).some((consumer) => consumer > last))
  if (used.length > 1)
    throw new Error(`a body gives ${used.length} results: ${used.map(({ name }) => name).join(', ')}`)
  return used[0]?.id ?? last
}
