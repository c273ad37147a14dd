import type { MergedGraph, MergedNode } from './merged-graph.ts'
import { findRepeats, type Repeats } from './repeats.ts'
import type { TreeGroup, TreeItem } from './tree.ts'

/** Of a run of items without a repeat of the source around them, at most so many together are looked for as one that repeats. */
const maxPeriod = 64

/** Where nodes stand for others: `first[place]` is the place in the first repetition, the place itself where nothing repeats. */
export interface Folded {
  readonly items: readonly TreeItem[]
  readonly first: readonly number[]
}

/**
 * Folds equal items in a row into one with a count. What the source repeats is folded first, pass by pass; then what
 * happens to repeat, as two layers that alternate.
 */
export function foldRepeats(items: readonly TreeItem[], graph: MergedGraph): Folded {
  const first = Array.from({ length: graph.nodes.length + 1 }, (_, place) => place)
  const state: Folding = { graph, repeats: findRepeats(graph), first, signatures: new Map(), known: new WeakMap() }
  const folded = foldItems(items, state)
  // A place in a later repetition may stand for one that itself stands for an earlier one; earlier ones come first.
  for (let place = 0; place < first.length; place++) first[place] = first[first[place] ?? place] ?? place
  return { items: folded, first }
}

interface Folding {
  readonly graph: MergedGraph
  readonly repeats: Repeats
  readonly first: number[]
  /** Equal items have equal numbers. */
  readonly signatures: Map<string, number>
  readonly known: WeakMap<TreeItem, number>
}

function foldItems(items: readonly TreeItem[], state: Folding): readonly TreeItem[] {
  const inner = items.map((item): TreeItem => {
    return item.kind === 'box' ? item : { ...item, items: foldItems(item.items, state) }
  })
  let folded = foldPeriod(inner, 1, state).flatMap(openIteration)
  for (let period = 1; period <= Math.min(maxPeriod, folded.length / 2); period++) {
    folded = [...foldPeriod(folded, period, state)]
  }
  return folded
}

/** A pass of a repeat is no construct of its own unless several of its kind were folded. */
function openIteration(item: TreeItem): readonly TreeItem[] {
  if (item.kind === 'box' || item.structure !== 'iteration') return [item]
  if (item.count === 1) return item.items
  const [only, ...others] = item.items
  if (only?.count === 1 && others.length === 0)
    return [{ ...only, start: item.start, end: item.end, count: item.count }]
  return [{ ...item, structure: 'repeat', name: {} }]
}

function foldPeriod(items: readonly TreeItem[], period: number, state: Folding): readonly TreeItem[] {
  const numbers = items.map((item) => signatureOf(item, state))
  const result: TreeItem[] = []
  for (let at = 0; at < items.length; ) {
    const count = countRuns(items, numbers, at, period, state)
    const unit = items.slice(at, at + period)
    result.push(
      ...(count === 1
        ? items.slice(at, at + 1)
        : [foldUnit(unit, items[at + period * count - 1]?.end ?? 0, count, state)]),
    )
    at += count === 1 ? 1 : period * count
  }
  return result
}

/** How often the items at `at` stand there one after the other. */
function countRuns(
  items: readonly TreeItem[],
  numbers: readonly number[],
  at: number,
  period: number,
  { repeats }: Folding,
): number {
  const isRun = (count: number): boolean => {
    const shift = count * period
    if (at + shift + period > items.length) return false
    for (let index = at; index < at + period; index++) if (numbers[index] !== numbers[index + shift]) return false
    return true
  }
  if (!isRun(1)) return 1
  let limit = 2
  while (isRun(limit)) limit++
  const start = items[at]?.start ?? 0
  const length = (items[at + period]?.start ?? 0) - start
  return repeats.count(start, length, limit)
}

function foldUnit(unit: readonly TreeItem[], end: number, count: number, { first }: Folding): TreeItem {
  const [one, ...others] = unit
  if (one === undefined) throw new Error('a repeat of nothing')
  const start = one.start
  const length = (end - start) / count
  for (let place = start + length; place < end; place++) {
    // Places that already stand for others of their own repetition keep doing so.
    if (first[place] === place) first[place] = place - length
  }
  if (others.length === 0 && one.count === 1) return { ...one, end, count }
  const group: TreeGroup = { kind: 'group', structure: 'repeat', name: {}, items: unit, start, end, count }
  return group
}

function signatureOf(item: TreeItem, state: Folding): number {
  const known = state.known.get(item)
  if (known !== undefined) return known
  const text = item.kind === 'box' ? describeBox(item, state) : describeGroup(item, state)
  const number = state.signatures.get(text) ?? state.signatures.size
  state.signatures.set(text, number)
  state.known.set(item, number)
  return number
}

function describeBox({ start, end, count }: TreeItem, { graph }: Folding): string {
  // A folded box holds the nodes of all its repetitions.
  const members = graph.nodes.slice(start - 1, start - 1 + (end - start) / count)
  return JSON.stringify([count, members.map(describeNode)])
}

function describeGroup({ structure, name, count, items }: TreeGroup, state: Folding): string {
  return JSON.stringify([structure, name, count, items.map((item) => signatureOf(item, state))])
}

function describeNode({ node, status, hasOtherShape }: MergedNode): unknown {
  const { before, after } = node
  return [status, hasOtherShape, (after ?? before)?.role, before?.call ?? null, after?.call ?? null]
}
