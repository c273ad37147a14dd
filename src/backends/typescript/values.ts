import type { Graph, GraphNode, NodeId } from '../../graph/graph.ts'
import type { WrittenLayer } from './layer-code.ts'
import { type Line, line } from './lines.ts'
import { printPath, type RecordPath, type RecordTree } from './record.ts'
import type { DefineItem } from './tree.ts'

/** What tells which values are needed where. */
export interface Flow {
  readonly graph: Graph
  readonly consumers: readonly (readonly NodeId[])[]
  /** `let h: tf.Tensor = ` */
  readonly declaration: string
}

/** What bodies share. */
export interface Writing extends Flow {
  readonly record: RecordTree
  readonly layers: ReadonlyMap<NodeId, WrittenLayer>
  readonly paths: ReadonlyMap<NodeId, RecordPath>
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
export interface Frame {
  readonly extra: { readonly id: NodeId; readonly name: string }[]
  /** Values of the caller may be asked for. */
  readonly isDefine: boolean
  /** How many loops stand around it. */
  readonly depth: number
  training: boolean
  declared: boolean
}

export interface Base {
  readonly variable: string
  readonly path: RecordPath
}

/** The names in view in one block. */
export interface Block {
  readonly frame: Frame
  readonly taken: Set<string>
  readonly saved: Map<NodeId, string>
  /** The variables with weights, and where in the record each stands. */
  readonly bases: readonly Base[]
  readonly depth: number
  /** Which result `h` holds. */
  current: NodeId | undefined
}

/** Sets `h`, which must have been saved if it is needed again. */
export function assign(text: string, id: NodeId, shape: string, block: Block, flow: Flow): Line {
  const { frame } = block
  const declaration = frame.declared ? 'h = ' : flow.declaration
  frame.declared = true
  block.current = id
  return line(`${declaration}${text}`, shape)
}

/** Keeps what `h` holds where something behind node `limit` needs it. */
export function save(limit: NodeId, exit: NodeId | undefined, block: Block, writing: Flow): readonly Line[] {
  const { current, saved } = block
  if (current === undefined || saved.has(current)) return []
  const isNeeded = current === exit || (writing.consumers[current] ?? []).some((consumer) => consumer > limit)
  if (!isNeeded) return []
  const name = fresh(nameOfValue(current, writing), block)
  saved.set(current, name)
  return [line(`const ${name} = h`)]
}

/** A label, or what the value is for. */
function nameOfValue(id: NodeId, { graph, consumers }: Flow): string {
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
export function refer(id: NodeId, slot: number, block: Block, writing: Flow): string {
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

export function fresh(hint: string, { taken }: Block): string {
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

export function access(path: RecordPath, { bases }: Block): string {
  const around = bases.filter((base) => base.path.every((key, index) => path[index] === key))
  const nearest = around.reduce<Base | undefined>(
    (best, base) => (best !== undefined && best.path.length > base.path.length ? best : base),
    undefined,
  )
  if (nearest === undefined) throw new Error(`the weights ${path.join('.')} are out of view`)
  return printPath(nearest.variable, path.slice(nearest.path.length))
}
