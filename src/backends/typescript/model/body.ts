import { type GraphNode, inputId, type NodeId, printShape, shapeOf } from '../../../graph/graph.ts'
import { writeBody } from '../body.ts'
import { type Line, line } from '../lines.ts'
import { exitOf, exitOfNodes } from '../places.ts'
import type { DefineItem, Item, Pass } from '../tree.ts'
import { assign, type Block, type Flow, type Frame, fresh, refer, save } from '../values.ts'
import { writeLoop } from './loops.ts'
import { type Names, pathOf, sharedParts, writePath } from './names.ts'
import type { LayerStep } from './steps.ts'

/** What the functions share that put layers behind one another. */
export interface ModelWriting extends Flow {
  stepsOf(node: GraphNode): readonly LayerStep[]
  /** The call of a define's function, equal ones having one; its numbers are holes. */
  callDefine(item: DefineItem, body: DefineBody, args: readonly string[]): string
}

export interface DefineBody {
  readonly lines: readonly Line[]
  /** Results of the caller that it uses besides `x`. */
  readonly extra: readonly string[]
  /** It takes the beginning of its layers' names. */
  readonly isNamed: boolean
}

export interface ModelBlock extends Block {
  readonly names: Names
}

/** The whole network over `x`. */
export function writeLayers(items: readonly Item[], writing: ModelWriting): readonly Line[] {
  const frame: Frame = { extra: [], isDefine: false, depth: 0, training: false, declared: false }
  const block: ModelBlock = {
    frame,
    taken: new Set(['x', 'h', 'tf', 'tfl', 'apply', 'i', 'j', 'k']),
    saved: new Map([[inputId, 'x']]),
    bases: [],
    depth: 0,
    current: undefined,
    names: { given: 0, passes: [] },
  }
  const exit = writing.graph.output
  return writeBody(items, exit, block, writing, () => writeItems(items, exit, block, writing))
}

function writeItems(items: readonly Item[], exit: NodeId, block: ModelBlock, writing: ModelWriting): readonly Line[] {
  return items.flatMap((item, index): readonly Line[] => {
    if (item.kind === 'node') return writeNode(item.node, exit, block, writing)
    const result = exitOf(item, index === items.length - 1 ? exit : undefined, writing)
    if (item.kind === 'define') return writeCall(item, result, block, writing)
    return writeLoop(item, result, block, writing, (pass, next, inner) => writePass(pass, next, result, inner, writing))
  })
}

function writeNode(node: GraphNode, exit: NodeId, block: ModelBlock, writing: ModelWriting): readonly Line[] {
  const name = (suffix: string) => writePath(pathOf(node), suffix, block.names)
  const start = node.role === 'shortcut' ? [] : save(node.id, exit, block, writing)
  const inputs = node.inputs.map((id, slot) => refer(id, slot, block, writing))
  const shape = printShape(node.shape)
  const steps = writing.stepsOf(node)
  const given = inputs.length === 1 ? String(inputs[0]) : `[${inputs.join(', ')}]`
  if (node.role === 'shortcut') {
    const text = steps.reduce((input, step) => `apply(${step.write(name)}, ${input})`, given)
    const variable = fresh('projection', block)
    block.saved.set(node.id, variable)
    return [line(`const ${variable} = ${text}`, shape)]
  }
  const lines = steps.map((step, index) => {
    const text = `apply(${step.write(name)}, ${index === 0 ? given : 'h'})`
    return assign(text, node.id, index === steps.length - 1 ? shape : '', block, writing)
  })
  return [...start, ...lines]
}

function writeCall(item: DefineItem, exit: NodeId, block: ModelBlock, writing: ModelWriting): readonly Line[] {
  const entry = item.nodes[0]?.inputs[0] ?? inputId
  const paths = item.nodes.map(pathOf)
  const given = sharedParts(paths, block.depth)
  const frame: Frame = { extra: [], isDefine: true, depth: block.depth, training: false, declared: false }
  const inner: ModelBlock = {
    frame,
    taken: new Set(['x', 'h', 'name', 'tf', 'tfl', 'apply', 'i', 'j', 'k']),
    saved: new Map([[entry, 'x']]),
    bases: [],
    depth: block.depth,
    current: undefined,
    // Passes outside of the define are part of what it is given.
    names: { given, passes: block.names.passes.map(() => undefined) },
  }
  const lines = writeBody(item.items, exit, inner, writing, () => writeItems(item.items, exit, inner, writing))
  const body = { lines, extra: frame.extra.map(({ name }) => name), isNamed: given > 0 }
  const named = given > 0 ? [writePath((paths[0] ?? []).slice(0, given), '', block.names)] : []
  const extra = frame.extra.map(({ id }) => refer(id, 1, block, writing))
  const call = writing.callDefine(item, body, [refer(entry, 0, block, writing), ...named, ...extra])
  const last = item.nodes.at(-1)?.id ?? exit
  const shape = printShape(shapeOf(writing.graph, exit))
  return [...save(last, undefined, block, writing), assign(call, exit, shape, block, writing)]
}

/** One pass; afterwards `h` holds its result. */
function writePass(
  pass: Pass,
  next: Pass | undefined,
  exit: NodeId,
  block: ModelBlock,
  writing: ModelWriting,
): readonly Line[] {
  const end = next === undefined ? exit : exitOfNodes(pass.nodes, undefined, writing)
  const lines = writeItems(pass.items, end, block, writing)
  if (block.current === end) return lines
  return [...lines, assign(refer(end, 1, block, writing), end, printShape(shapeOf(writing.graph, end)), block, writing)]
}
