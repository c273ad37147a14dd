import type { Span } from '../diagnostics/diagnostic.ts'
import type { ResolvedCall } from '../registry/construct.ts'

/** A tensor's shape without the batch: [H, W, C] for feature maps, [N] for vectors. */
export type Shape = readonly number[]

/** 0 is the network's input; the node with id n is `nodes[n - 1]`. */
export type NodeId = number

export const inputId: NodeId = 0

/** What a node is within its statement: `block conv(8, norm=batchnorm)` makes a layer, a norm and an activation. */
export type NodeRole = 'layer' | 'norm' | 'activation' | 'merge' | 'shortcut'

/** A construct that encloses a node. */
export interface ScopeTag {
  readonly kind: 'residual' | 'densely' | 'branch' | 'define'
  /** The kind, `branch 1`, or the define's name. */
  readonly name: string
}

/** Where a node comes from in the source, for messages, selectors, pictures and per-statement sums. */
export interface Origin {
  /** The layer call (for a norm or an activation: the statement that asked for it). */
  readonly span: Span
  /** The name given by `as`, on the statement's last node. */
  readonly label?: string
  /** Repetition counters from the outermost repeat or loop inwards, from 1. */
  readonly repetition: readonly number[]
  /** Enclosing constructs from the outside in. */
  readonly scopes: readonly ScopeTag[]
  /**
   * The way to the statement: its place in the network's body, and inwards through loops, repeats, branches and defines,
   * e.g. `1/#2/0`. With the role it names a node whatever a variant changes elsewhere; random streams hang off it.
   */
  readonly site: string
  /** Numbers the applications of statements in forward order from 0; nodes of one application share it. */
  readonly statement: number
}

/** One layer applied once. Repetitions are unrolled: each owns its weights. */
export interface GraphNode {
  readonly id: NodeId
  /** Unique and readable: `conv_1`, `wm_smooth_3`, counted by kind. Names weights and tfjs layers. */
  readonly name: string
  readonly call: ResolvedCall
  readonly role: NodeRole
  /** In the order the layer takes them; every one smaller than `id`. */
  readonly inputs: readonly NodeId[]
  readonly shape: Shape
  readonly origin: Origin
}

/** The shaped intermediate representation: a directed acyclic graph in topological order. Plain JSON. */
export interface Graph {
  readonly network: string
  readonly input: {
    readonly shape: Shape
    /** Values lie in [low, high]; noise and attacks clip to it. */
    readonly range: readonly [number, number]
    readonly span: Span
  }
  readonly nodes: readonly GraphNode[]
  readonly output: NodeId
  /** Results named by `as`. */
  readonly labels: Readonly<Record<string, NodeId>>
}

/** The shape that a node, or the input (id 0), puts out. */
export function shapeOf(graph: Graph, id: NodeId): Shape {
  return id === inputId ? graph.input.shape : nodeOf(graph, id).shape
}

export function nodeOf(graph: Graph, id: NodeId): GraphNode {
  const node = graph.nodes[id - 1]
  if (node === undefined) throw new Error(`graph '${graph.network}' has no node ${id}`)
  return node
}

/** What the output depends on, itself and perhaps the input (id 0) included. */
export function neededNodes(graph: Graph): ReadonlySet<NodeId> {
  const needed = new Set([graph.output])
  for (const { id, inputs } of graph.nodes.toReversed()) {
    if (needed.has(id)) for (const input of inputs) needed.add(input)
  }
  return needed
}

/** `28x28x1`, `64` */
export function printShape(shape: Shape): string {
  return shape.join('x')
}
