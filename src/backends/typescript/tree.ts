import type { Graph, GraphNode, Origin } from '../../graph/graph.ts'

/** A network's nodes as its source nests them: defines become functions, repeats and loops become loops. */
export type Item = NodeItem | DefineItem | LoopItem

export interface NodeItem {
  readonly kind: 'node'
  readonly node: GraphNode
}

export interface DefineItem {
  readonly kind: 'define'
  readonly name: string
  readonly items: readonly Item[]
  readonly nodes: readonly GraphNode[]
}

/** A repeated statement, or a `for`. */
export interface LoopItem {
  readonly kind: 'loop'
  /** Those that add layers. */
  readonly passes: readonly Pass[]
  readonly nodes: readonly GraphNode[]
}

export interface Pass {
  /** From 1. */
  readonly number: number
  readonly items: readonly Item[]
  readonly nodes: readonly GraphNode[]
}

/** One construct around a node that the module keeps. */
type Step =
  | { readonly kind: 'define'; readonly key: string; readonly name: string }
  | { readonly kind: 'pass'; readonly key: string; readonly number: number }

export function nestNodes(graph: Graph): readonly Item[] {
  return nest(
    graph.nodes.map((node) => ({ node, steps: stepsOf(node.origin) })),
    0,
  )
}

export function nodesOf(item: Item): readonly GraphNode[] {
  return item.kind === 'node' ? [item.node] : item.nodes
}

interface Placed {
  readonly node: GraphNode
  readonly steps: readonly Step[]
}

/** Read from the site: `#n` is a pass; a segment that the next scope names is a construct, of which defines are kept. */
function stepsOf({ site, scopes }: Origin): readonly Step[] {
  const pending = [...scopes]
  const steps: Step[] = []
  const segments = site.split('/')
  segments.forEach((segment, index) => {
    const around = segments.slice(0, index).join('/')
    const [scope] = pending
    if (/^#\d+$/.test(segment)) steps.push({ kind: 'pass', key: around, number: Number(segment.slice(1)) })
    else if (scope !== undefined && (segment === scope.name || segment.endsWith(`:${scope.name}`))) {
      pending.shift()
      if (scope.kind === 'define') steps.push({ kind: 'define', key: `${around}/${segment}`, name: scope.name })
    }
  })
  if (pending.length > 0) throw new Error(`the site ${site} does not name ${pending.map(({ name }) => name).join()}`)
  return steps
}

function nest(placed: readonly Placed[], depth: number): readonly Item[] {
  return runsOf(placed, ({ steps }) => keyOf(steps[depth])).flatMap((run): readonly Item[] => {
    const step = run[0]?.steps[depth]
    const nodes = run.map(({ node }) => node)
    if (step === undefined) return nodes.map((node) => ({ kind: 'node', node }))
    if (step.kind === 'define') return [{ kind: 'define', name: step.name, items: nest(run, depth + 1), nodes }]
    const passes = runsOf(run, ({ steps }) => String(passAt(steps, depth)))
    return [{ kind: 'loop', passes: passes.map((pass) => toPass(pass, depth)), nodes }]
  })
}

function toPass(placed: readonly Placed[], depth: number): Pass {
  const number = passAt(placed[0]?.steps ?? [], depth)
  return { number, items: nest(placed, depth + 1), nodes: placed.map(({ node }) => node) }
}

function passAt(steps: readonly Step[], depth: number): number {
  const step = steps[depth]
  return step?.kind === 'pass' ? step.number : 0
}

function keyOf(step: Step | undefined): string {
  return step === undefined ? '' : `${step.kind} ${step.key}`
}

/** Neighbours with equal keys together. */
function runsOf<T>(values: readonly T[], key: (value: T) => string): readonly (readonly T[])[] {
  const runs: T[][] = []
  let last: string | undefined
  for (const value of values) {
    const own = key(value)
    if (own !== last) runs.push([])
    runs.at(-1)?.push(value)
    last = own
  }
  return runs
}
