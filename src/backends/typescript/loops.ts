import { inputId, type NodeId, printShape, shapeOf } from '../../graph/graph.ts'
import { writeItems } from './body.ts'
import { type Line, line, mergeLines, splitCommon, textOf } from './lines.ts'
import { exitOfNodes, numberAt } from './places.ts'
import { childAt, elementTypes, type RecordPath, type RecordTree } from './record.ts'
import type { LoopItem, Pass } from './tree.ts'
import { access, assign, type Block, fresh, refer, save, type Writing } from './values.ts'

const weightVariables = ['w', 'v', 'u', 't', 's']

export function writeLoop(item: LoopItem, exit: NodeId, block: Block, writing: Writing): readonly Line[] {
  const firstPass = item.passes[0]?.nodes.at(-1)?.id ?? exit
  const start: Line[] = [...save(firstPass, undefined, block, writing)]
  const entry = item.nodes[0]?.inputs[0] ?? inputId
  if (block.current !== entry || !block.frame.declared) {
    start.push(
      assign(refer(entry, 0, block, writing), entry, printShape(shapeOf(writing.graph, entry)), block, writing),
    )
  }
  return [...start, ...(foldLoop(item, exit, block, writing) ?? unrollLoop(item, exit, block, writing))]
}

/** As a `for`, where every pass does the same, or what its weights tell. */
function foldLoop(item: LoopItem, exit: NodeId, block: Block, writing: Writing): readonly Line[] | undefined {
  const lists = listPaths(item, block.depth, writing)
  const isWhole = item.passes.every(({ number }, index) => number === index + 1)
  if (!isWhole || !lists.every((list) => isElementEach(list, item, lists.length > 1, writing))) return undefined
  // Names of one loop's variables may be another's, but not those of a loop around it.
  const scope: Block = { ...block, taken: new Set(block.taken) }
  const own = nestedBlocks(scope)
  const first = weightVariables[block.depth - block.frame.depth + (block.frame.isDefine ? 1 : 0)] ?? `w${block.depth}`
  const variables = lists.map((list, index) => (index === 0 ? first : fresh(nameOfList(list), scope)))
  const bodies = item.passes.map((pass, index) => {
    const bases = lists.map((list, i) => ({ variable: variables[i] ?? '', path: [...list, index] }))
    const inner = own({ bases: [...block.bases, ...bases], depth: block.depth + 1 })
    return { index, lines: writePass(pass, item.passes[index + 1], exit, inner, writing) }
  })
  const groups = new Map<string, typeof bodies>()
  for (const body of bodies) groups.set(textOf(body.lines), [...(groups.get(textOf(body.lines)) ?? []), body])
  const kinds = [...groups.values()]
  const [list] = lists
  if (kinds.length > 1 && (list === undefined || lists.length > 1)) return undefined
  const body =
    kinds.length === 1 ? mergeLines(bodies.map(({ lines }) => lines)) : choose(kinds, list ?? [], first, writing)
  if (body === undefined) return undefined
  block.current = exit
  return [{ kind: 'block', head: writeHead(lists, variables, item.passes.length, block), body }]
}

function writeHead(lists: readonly RecordPath[], variables: readonly string[], count: number, block: Block): string {
  const [list, ...others] = lists
  if (list === undefined) return `for (let i = 0; i < ${count}; i++)`
  if (others.length === 0) return `for (const ${variables[0]} of ${access(list, block)})`
  return `for (const [${variables.join(', ')}] of zip(${lists.map((each) => access(each, block)).join(', ')}))`
}

/** The list has one element for each pass, and where others go along with it, all of one type. */
function isElementEach(list: RecordPath, { passes }: LoopItem, isZipped: boolean, { record }: Writing): boolean {
  const elements = childAt(record, list)
  if (elements?.kind !== 'list' || elements.elements.length !== passes.length) return false
  return !isZipped || elementTypes(elements.elements).length === 1
}

/** `norm3` as `norm`. */
function nameOfList(list: RecordPath): string {
  const key = list.findLast((each) => typeof each === 'string')
  return (
    String(key)
      .replace(/[\d+_]+$/, '')
      .replace(/\W/g, '_') || 'v'
  )
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
  const lists = listPaths(item, block.depth, writing)
  const list = lists.length === 1 ? (lists[0] ?? null) : null
  const elements = list === null ? undefined : childAt(writing.record, list)
  const isMixed = elements?.kind === 'list' && elementTypes(elements.elements).length > 1
  return item.passes.flatMap((pass, index) => {
    const path = [...(list ?? []), pass.number - 1]
    const start: Line[] = []
    let { bases } = block
    if (list !== null && isMixed && childAt(writing.record, path) !== undefined) {
      const variable = fresh(`pass${pass.number}`, block)
      start.push(line(`const ${variable} = ${access(path, block)} as ${writing.typeName(path)}`))
      bases = [...bases, { variable, path }]
    }
    const inner: Block = { ...block, bases, depth: block.depth + 1, saved: block.saved, taken: block.taken }
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
  return [...lines, assign(refer(end, 1, block, writing), end, printShape(shapeOf(writing.graph, end)), block, writing)]
}

/** Blocks for passes: each begins with what the one before left in `h`. */
function nestedBlocks(outer: Block): (inner: Pick<Block, 'bases' | 'depth'>) => Block {
  let last: Block = outer
  return (inner) => {
    last = { ...outer, ...inner, taken: new Set(outer.taken), saved: new Map(outer.saved), current: last.current }
    return last
  }
}

/**
 * Where the weights of a loop's passes lie: each path up to the number of the pass. There are several where a repeated block's layers
 * and normalisations have lists of their own.
 */
function listPaths(item: LoopItem, passes: number, writing: Writing): readonly RecordPath[] {
  const lists = item.nodes.flatMap(({ id }) => {
    const path = writing.paths.get(id)
    return path === undefined ? [] : [path.slice(0, numberAt(path, passes))]
  })
  return [...new Map(lists.map((list) => [list.join('.'), list])).values()]
}
