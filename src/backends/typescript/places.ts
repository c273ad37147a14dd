import { type GraphNode, inputId, type NodeId } from '../../graph/graph.ts'
import type { RecordPath } from './record.ts'
import { type Item, nodesOf } from './tree.ts'
import type { Flow, Writing } from './values.ts'

/** The place in the path of the number of the pass after so many others. */
export function numberAt(path: RecordPath, passes: number): number {
  const numbers = path.flatMap((key, index) => (typeof key === 'number' ? [index] : []))
  return numbers[passes] ?? path.length
}

/** What the paths of all nodes begin with, without the pass of a loop among them. */
export function commonPath(nodes: readonly GraphNode[], passes: number, writing: Writing): RecordPath | null {
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
export function exitOf(item: Item, exit: NodeId | undefined, writing: Flow): NodeId {
  return exitOfNodes(nodesOf(item), exit, writing)
}

export function exitOfNodes(nodes: readonly GraphNode[], exit: NodeId | undefined, writing: Flow): NodeId {
  const last = nodes.at(-1)?.id ?? inputId
  const own = new Set(nodes.map(({ id }) => id))
  if (exit !== undefined && own.has(exit)) return exit
  const used = nodes.filter(({ id }) => (writing.consumers[id] ?? []).some((consumer) => consumer > last))
  if (used.length > 1)
    throw new Error(`a body gives ${used.length} results: ${used.map(({ name }) => name).join(', ')}`)
  return used[0]?.id ?? last
}
