import { inputId, type NodeId, printShape, shapeOf } from '../../../graph/graph.ts'
import { type Line, mergeLines, splitCommon, textOf } from '../lines.ts'
import type { LoopItem, Pass } from '../tree.ts'
import { assign, type Flow, type Frame, fresh, refer, save } from '../values.ts'
import type { ModelBlock } from './body.ts'
import { fillHoles, hole, holesOf, skeletonOf, type Variation, variationsOf } from './holes.ts'

type WritePass = (pass: Pass, next: Pass | undefined, block: ModelBlock) => readonly Line[]

const counters = ['i', 'j', 'k', 'l', 'm', 'n']

/** A repeat as a `for`, where its passes are alike or tell by their number what they are; else one after the other. */
export function writeLoop(
  item: LoopItem,
  exit: NodeId,
  block: ModelBlock,
  flow: Flow,
  write: WritePass,
): readonly Line[] {
  const firstPass = item.passes[0]?.nodes.at(-1)?.id ?? exit
  const start: Line[] = [...save(firstPass, undefined, block, flow)]
  const entry = item.nodes[0]?.inputs[0] ?? inputId
  if (block.current !== entry || !block.frame.declared) {
    const shape = printShape(shapeOf(flow.graph, entry))
    start.push(assign(refer(entry, 0, block, flow), entry, shape, block, flow))
  }
  return [...start, ...(foldLoop(item, exit, block, write) ?? unrollLoop(item, block, write))]
}

const loopVariables = new WeakMap<Frame, Set<string>>()

/** Stands for the number of the pass while it is open how the loop counts. */
const marker = (depth: number) => `⟪${depth}⟫`

function foldLoop(
  { passes }: LoopItem,
  exit: NodeId,
  block: ModelBlock,
  write: WritePass,
): readonly Line[] | undefined {
  const { depth, names } = block
  if (passes.some(({ number }, index) => number !== index + 1)) return undefined
  const inside = { ...names, passes: [...names.passes, marker(depth)] }
  let current = block.current
  const bodies = passes.map((pass, index) => {
    const { taken, saved } = block
    const inner = { ...block, taken: new Set(taken), saved: new Map(saved), depth: depth + 1, current, names: inside }
    const lines = write(pass, passes[index + 1], inner)
    current = inner.current
    return lines
  })
  const kinds = new Map<string, { lines: (readonly Line[])[]; numbers: number[] }>()
  for (const [index, lines] of bodies.entries()) {
    const key = skeletonOf(textOf(lines))
    const kind = kinds.get(key) ?? { lines: [], numbers: [] }
    kind.lines.push(lines)
    kind.numbers.push(index + 1)
    kinds.set(key, kind)
  }
  const alike = [...kinds.values()]
  const variations = alike.map(({ lines }) => variationsOf(lines.map((each) => holesOf(textOf(each)))))
  const [first = []] = variations
  // Numbers that differ within one kind of pass would need a list with gaps.
  if (alike.length > 1 && variations.some(({ length }) => length > 0)) return undefined
  if (alike.length > 1 && alike.length === passes.length && !isMostlyShared(bodies)) return undefined
  const around = names.passes.filter((pass) => pass !== undefined).length
  const counter = counters[around] ?? `n${around}`
  // A loop further in must not hide what one further out counts through.
  const taken = loopVariables.get(block.frame) ?? new Set(block.taken)
  loopVariables.set(block.frame, taken)
  const variables = first.map(({ hint }) => fresh(hint, { ...block, taken }))
  const merged = alike.map(({ lines }) => mergeLines(lines.map((each) => nameHoles(each, first, variables))))
  const body = merged.length === 1 ? (merged[0] ?? []) : choose(merged, alike, marker(depth))
  if (body === undefined) return undefined
  block.current = exit
  const { head, number } = writeHead(counter, first, variables, passes.length)
  const counted = fillMarkers(body, marker(depth), number)
  return [{ kind: 'block', head, body: counted }]
}

/** Where no two passes are alike, a loop is clearer than its passes if they have more in common than apart. */
function isMostlyShared(bodies: readonly (readonly Line[])[]): boolean {
  const { start, middles, end } = splitCommon(bodies)
  return start.length + end.length > Math.max(...middles.map((lines) => textOf(lines).split('\n').length))
}

/** What differs between the passes becomes a variable. */
function nameHoles(
  lines: readonly Line[],
  variations: readonly Variation[],
  variables: readonly string[],
): readonly Line[] {
  return fillHoles(lines, ({ hint, value, argument }, index) => {
    const at = variations.findIndex(({ holes }) => holes.includes(index))
    const variable = variables[at]
    return variable === undefined || argument !== '' ? hole(hint, variable ?? value, argument) : variable
  })
}

function writeHead(
  counter: string,
  variations: readonly Variation[],
  variables: readonly string[],
  count: number,
): { readonly head: string; readonly number: string } {
  if (variables.length === 0) {
    const last = hole('count', String(count))
    return { head: `for (let ${counter} = 1; ${counter} <= ${last}; ${counter}++)`, number: counter }
  }
  const rows = Array.from({ length: count }, (_, pass) =>
    variations.map(({ hint, values }) => hole(hint, values[pass] ?? '')),
  )
  const [only] = variables
  const isOne = variables.length === 1
  const elements = rows.map((row) =>
    isOne ? row.join() : `{ ${row.map((value, i) => `${variables[i]}: ${value}`).join(', ')} }`,
  )
  const pattern = isOne ? only : `{ ${variables.join(', ')} }`
  return {
    head: `for (const [${counter}, ${pattern}] of enumerate([${elements.join(', ')}]))`,
    number: `${counter} + 1`,
  }
}

/** `if (i % 2 === 1) { … } else { … }` between what all kinds of pass begin and end with. */
function choose(
  bodies: readonly (readonly Line[])[],
  kinds: readonly { readonly numbers: readonly number[] }[],
  number: string,
): readonly Line[] {
  const { start, middles, end } = splitCommon(bodies)
  const blocks = middles.map((body, kind): Line & { kind: 'block' } => {
    const condition = describeNumbers(
      kinds[kind]?.numbers ?? [],
      kinds.flatMap(({ numbers }) => numbers).length,
      number,
    )
    return { kind: 'block', head: kind === middles.length - 1 ? '' : `if (${condition})`, body }
  })
  const chain = blocks.reduceRight((next, each) => ({ ...each, next }))
  return [...start, chain, ...end]
}

function describeNumbers(numbers: readonly number[], count: number, number: string): string {
  const every = (rest: number) => Array.from({ length: count }, (_, i) => i + 1).filter((n) => n % 2 === rest)
  if (numbers.length === 1 && count > 2) return `${number} === ${numbers[0]}`
  for (const rest of [0, 1]) if (every(rest).join() === numbers.join()) return `${number} % 2 === ${rest}`
  const [first = 0] = numbers
  if (numbers.every((n, i) => n === first + i) && first === 1) return `${number} <= ${numbers.length}`
  return `[${numbers.join(', ')}].includes(${number})`
}

function fillMarkers(lines: readonly Line[], mark: string, text: string): readonly Line[] {
  const fill = (each: Line): Line => {
    if (each.kind === 'text') return { ...each, text: each.text.replaceAll(mark, text) }
    const filled = { ...each, head: each.head.replaceAll(mark, text), body: each.body.map(fill) }
    const next = each.next === undefined ? undefined : fill(each.next)
    return next?.kind === 'block' ? { ...filled, next } : filled
  }
  return lines.map(fill)
}

function unrollLoop({ passes }: LoopItem, block: ModelBlock, write: WritePass): readonly Line[] {
  const names = { ...block.names, passes: [...block.names.passes, undefined] }
  return passes.flatMap((pass, index) => {
    const inner: ModelBlock = { ...block, depth: block.depth + 1, names }
    const lines = write(pass, passes[index + 1], inner)
    block.current = inner.current
    return lines
  })
}
