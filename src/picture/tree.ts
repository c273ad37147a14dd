import type { Origin } from '../graph/graph.ts'
import { clusterNodes } from './clusters.ts'
import { type MergedGraph, type MergedNode, type Side, sides } from './merged-graph.ts'
import type { Sides } from './model.ts'
import { ownKeys, pathOf, type Step } from './scopes.ts'

/** The boxes of a picture, nested as the source nests them. Places are those of the merged graph, end exclusive. */
export type TreeItem = TreeBox | TreeGroup

export interface TreeBox {
  readonly kind: 'box'
  readonly start: number
  readonly end: number
  readonly count: number
}

export interface TreeGroup {
  readonly kind: 'group'
  readonly structure: Step['structure']
  readonly name: Sides<string>
  readonly items: readonly TreeItem[]
  readonly start: number
  readonly end: number
  readonly count: number
}

interface OpenGroup {
  readonly step: Step
  readonly name: { before?: string; after?: string }
  readonly items: TreeItem[]
  readonly start: number
}

/** Puts each box into the groups of its source: structures, defines and passes of repeats. */
export function nestBoxes(graph: MergedGraph): readonly TreeItem[] {
  const translate = translateKeys(graph)
  const root: TreeItem[] = []
  const open: OpenGroup[] = []
  const close = (depth: number, end: number): void => {
    while (open.length > depth) {
      const group = open.pop()
      if (group !== undefined) (open.at(-1)?.items ?? root).push(closeGroup(group, end))
    }
  }
  for (const cluster of clusterNodes(graph)) {
    const members = graph.nodes.slice(cluster.start - 1, cluster.end - 1)
    const path = pathOfBox(members, open, translate)
    const shared = path.findIndex((step, depth) => open[depth]?.step.key !== step.key)
    close(shared === -1 ? path.length : shared, cluster.start)
    for (const step of path.slice(open.length)) open.push({ step, name: {}, items: [], start: cluster.start })
    for (const member of members) nameGroups(open, member, translate)
    ;(open.at(-1)?.items ?? root).push({ kind: 'box', count: 1, ...cluster })
  }
  close(0, graph.nodes.length + 1)
  return root
}

/** Keys of the first graph as the second has them, where one construct took another's place: `1/cell` is now `1/bottleneck`. */
type Translate = (key: string) => string

function translateKeys({ nodes }: MergedGraph): Translate {
  const keys = new Map<string, string>()
  for (const { node } of nodes) {
    if (node.before === undefined || node.after === undefined) continue
    if (node.before.origin.site === node.after.origin.site) continue
    const [before, after] = [pathOf(node.before.origin), pathOf(node.after.origin)]
    const isParallel = before.length === after.length && before.every((step, depth) => isLike(step, after[depth]))
    if (!isParallel) continue
    before.forEach((step, depth) => {
      keys.set(step.key, after[depth]?.key ?? step.key)
    })
  }
  return (key) => keys.get(key) ?? key
}

function isLike(step: Step, other: Step | undefined): boolean {
  return step.structure === other?.structure
}

function pathOfBox(members: readonly MergedNode[], open: readonly OpenGroup[], translate: Translate): readonly Step[] {
  const [first] = members
  const node = first?.node.after ?? first?.node.before
  if (first === undefined || node === undefined) return []
  const side: Side = first.node.after === undefined ? 'before' : 'after'
  const path = stepsOf(node.origin, side, translate)
  if (node.role !== 'merge' && node.role !== 'shortcut') return path
  const isInside = path.every((step, depth) => open[depth]?.step.key === step.key)
  const own = open[path.length]?.step
  const keys = [...ownKeys(node.origin.site)].map((key) => (side === 'before' ? translate(key) : key))
  return isInside && own !== undefined && keys.includes(own.key) ? [...path, own] : path
}

function stepsOf(origin: Origin, side: Side, translate: Translate): readonly Step[] {
  const path = pathOf(origin)
  return side === 'after' ? path : path.map((step) => ({ ...step, key: translate(step.key) }))
}

/** A group is on a side when one of its nodes is in it there: what wraps unchanged layers is itself added. */
function nameGroups(open: readonly OpenGroup[], { node }: MergedNode, translate: Translate): void {
  for (const side of sides) {
    const own = node[side]
    if (own === undefined) continue
    const names = new Map(stepsOf(own.origin, side, translate).map(({ key, name }) => [key, name]))
    for (const { step, name } of open) {
      const found = names.get(step.key)
      if (found !== undefined) name[side] ??= found
    }
  }
}

function closeGroup({ step, name, items, start }: OpenGroup, end: number): TreeGroup {
  return { kind: 'group', structure: step.structure, name, items, start, end, count: 1 }
}
