import { currentValue } from '../src/ablation/targets.ts'
import type { Value } from '../src/evaluate/value.ts'
import { costOf, countOperations } from '../src/graph/cost.ts'
import type { Graph } from '../src/graph/graph.ts'
import type { Matching } from './budget-fixtures.ts'

interface Tried {
  readonly lists: readonly (readonly number[])[]
  readonly cost: number
}

/** What a budget is solved to, or the code of the error: every candidate tried, nothing else assumed. For three widths `w`. */
export function solveByTrying({ diff, context }: Matching, domain: readonly number[]) {
  const count = (graph: Graph) => {
    const { parameters, cost } = costOf(graph)
    return diff.quantity.text === 'params' ? parameters.total : countOperations(cost, 'written').flops
  }
  const [parameter] = context.network.parameters
  const before = parameter === undefined ? undefined : currentValue(parameter, context.settings, context.network)
  if (before?.kind !== 'list') throw new Error('the reference wants one list')
  const numbers = before.items.map((item) => (item.kind === 'number' ? item.value : 0))
  const parts = diff.by.map((target) => {
    const at = (end: Value | { kind: string; value?: unknown }) => Number((end as { value: number }).value)
    if (target.kind === 'name') return [0, 1, 2]
    const [from, to] = target.kind === 'index' ? [target.index, target.index] : [target.from, target.to]
    return [0, 1, 2].filter((place) => place >= at(from) && place <= at(to))
  })
  const moved = parts.flat()
  const lead = Math.max(...moved.map((place) => numbers[place] ?? 0))
  const tried: Tried[] = []
  for (const m of domain) {
    const list = numbers.map((value, place) =>
      moved.includes(place) ? Math.max(1, Math.round((value * m) / lead)) : value,
    )
    if (!moved.every((place) => domain.includes(list[place] ?? 0))) continue
    const value: Value = { kind: 'list', items: list.map((item) => ({ kind: 'number', value: item })) }
    const { graph } = context.elaborateWith(new Map([...context.settings, ['w', { value, span: diff.span }]]))
    if (graph !== undefined)
      tried.push({ lists: parts.map((part) => part.map((place) => list[place] ?? 0)), cost: count(graph) })
  }
  const wanted = count(context.wanted)
  let best: Tried | undefined
  for (const one of tried) {
    if (best === undefined || Math.abs(one.cost - wanted) < Math.abs(best.cost - wanted)) best = one
  }
  if (best === undefined || (tried.length > 1 && new Set(tried.map(({ cost }) => cost)).size === 1)) return 'WM0414'
  const moves = best.lists.map((list, index) => ({ to: diff.by[index]?.kind === 'index' ? list[0] : list }))
  return { cost: best.cost, wanted, residual: (best.cost - wanted) / wanted, moved: moves }
}
