import { costOf, countOperations } from '../graph/cost.ts'
import { type Graph, inputId } from '../graph/graph.ts'
import { findEdges } from './edges.ts'
import { foldRepeats } from './fold.ts'
import { type MergedGraph, type MergedNode, mapSides, mergeGraphs, type Side, sides } from './merged-graph.ts'
import type {
  Box,
  Differences,
  Group,
  Item,
  Part,
  Picture,
  PictureVariant,
  ShapeRange,
  Sides,
  Status,
} from './model.ts'
import { nestBoxes, type TreeBox, type TreeGroup, type TreeItem } from './tree.ts'

/** What a picture needs to know of a variant. */
export interface Subject {
  readonly name: string
  /** The ablation, or the network itself. */
  readonly subject: string
  readonly hash: string
  readonly graph: Graph
}

/** The picture of a variant, or of what `before` becomes in `after`. */
export function createPicture(after: Subject, before?: Subject): Picture {
  const merged = mergeGraphs({ after: after.graph, ...(before === undefined ? {} : { before: before.graph }) })
  const { items, first } = foldRepeats(nestBoxes(merged), merged)
  const places: PlacedBox[] = []
  const drawing: Drawing = { merged, last: findLast(first), boxes: places, isComparison: before !== undefined }
  const input = drawInput(drawing)
  const drawn = items.map((item) => drawItem(item, drawing))
  const output = drawOutput(drawing)
  return {
    network: after.graph.network,
    variants: [before, after].flatMap((subject) => (subject === undefined ? [] : [describeSubject(subject)])),
    ...(before === undefined ? {} : { differences: countDifferences(merged) }),
    items: [input, ...drawn, output],
    edges: findEdges(merged, first, places),
  }
}

/** Repeats that are folded into one box count once. */
export function countBoxes(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + (item.kind === 'box' ? 1 : countBoxes(item.items)), 0)
}

/** A box and the places of its first repetition, end exclusive. */
export interface PlacedBox {
  readonly id: number
  readonly start: number
  readonly end: number
}

interface Drawing {
  readonly merged: MergedGraph
  /** The place of the last repetition, by the place of the first. */
  readonly last: readonly number[]
  readonly boxes: PlacedBox[]
  readonly isComparison: boolean
}

function findLast(first: readonly number[]): readonly number[] {
  const last: number[] = []
  first.forEach((own, place) => {
    last[own] = place
  })
  return last
}

function describeSubject({ name, subject, hash, graph }: Subject): PictureVariant {
  const { parameters, cost } = costOf(graph)
  return { name, subject, hash, parameters, flops: countOperations(cost, 'written').flops }
}

function countDifferences({ nodes }: MergedGraph): Differences {
  const count = (test: (node: MergedNode) => boolean): number => nodes.filter(test).length
  return {
    changed: count(({ status }) => status === 'changed'),
    reshaped: count(({ status, hasOtherShape }) => status === 'same' && hasOtherShape),
    added: count(({ status }) => status === 'added'),
    removed: count(({ status }) => status === 'removed'),
  }
}

function drawItem(item: TreeItem, drawing: Drawing): Item {
  return item.kind === 'box' ? drawBox(item, drawing) : drawGroup(item, drawing)
}

function drawBox({ start, end, count }: TreeBox, drawing: Drawing): Box {
  const { merged, boxes, last } = drawing
  const id = boxes.length
  const own: PlacedBox = { id, start, end: start + (end - start) / count }
  boxes.push(own)
  const members = merged.nodes.slice(own.start - 1, own.end - 1)
  const role = members.map(({ node }) => (node.after ?? node.before)?.role)[0]
  const parts = members.map(drawPart)
  const shape = shapeOfBox(own, merged, last)
  const labels = [...new Set([...members.flatMap((node) => node.labels), ...(merged.nodes[end - 2]?.labels ?? [])])]
  return {
    kind: 'box',
    id,
    role: role === 'merge' || role === 'shortcut' ? role : 'layer',
    parts,
    labels,
    shape,
    status: combine(
      parts.map((part) => part.status),
      hasChanged(shape),
    ),
    count,
  }
}

function drawPart({ node, call, family, status }: MergedNode): Part {
  const role = (node.after ?? node.before)?.role ?? 'layer'
  return { role, status, family, layer: mapSides(node, ({ name }, side) => ({ name, call: call[side] ?? '' })) }
}

/** What the box puts out on each side: its last node that is there. */
function shapeOfBox({ start, end }: PlacedBox, { nodes }: MergedGraph, last: readonly number[]): Sides<ShapeRange> {
  const shapeOn = (side: Side): Sides<ShapeRange> => {
    for (let place = end - 1; place >= start; place--) {
      const own = nodes[place - 1]?.node[side]?.shape
      const final = nodes[(last[place] ?? place) - 1]?.node[side]?.shape
      if (own !== undefined && final !== undefined) return { [side]: { first: own, last: final } }
    }
    return {}
  }
  return { ...shapeOn('before'), ...shapeOn('after') }
}

function hasChanged({ before, after }: Sides<ShapeRange>): boolean {
  return before !== undefined && after !== undefined && JSON.stringify(before) !== JSON.stringify(after)
}

function combine(statuses: readonly Status[], isChanged: boolean): Status {
  const [one = 'same', ...others] = new Set(statuses)
  return others.length > 0 || (one === 'same' && isChanged) ? 'changed' : one
}

function drawGroup({ structure, name, count, items }: TreeGroup, drawing: Drawing): Group {
  const drawn = items.map((item) => drawItem(item, drawing))
  const { before, after } = name
  const isNamed = sides.some((side) => name[side] !== undefined)
  const status: Status =
    !drawing.isComparison || !isNamed || before === after
      ? 'same'
      : before === undefined
        ? 'added'
        : after === undefined
          ? 'removed'
          : 'changed'
  return {
    kind: 'group',
    structure: structure === 'iteration' ? 'repeat' : structure,
    name,
    status,
    count,
    items: drawn,
  }
}

function drawInput(drawing: Drawing): Box {
  const calls = mapSides(drawing.merged.graphs, ({ input }) => `input in [${input.range.join(', ')}]`)
  const shape = mapSides(drawing.merged.graphs, ({ input }) => ({ first: input.shape, last: input.shape }))
  return drawTerminal('input', calls, shape, { id: drawing.boxes.length, start: inputId, end: inputId + 1 }, drawing)
}

function drawOutput(drawing: Drawing): Box {
  const { graphs, nodes, output } = drawing.merged
  const end = nodes.length + 1
  const calls = mapSides(graphs, () => 'output')
  const shape = mapSides(graphs, (graph, side) => {
    const own = nodes[(output[side] ?? inputId) - 1]?.node[side]?.shape ?? graph.input.shape
    return { first: own, last: own }
  })
  return drawTerminal('output', calls, shape, { id: drawing.boxes.length, start: end, end: end + 1 }, drawing)
}

function drawTerminal(
  role: 'input' | 'output',
  calls: Sides<string>,
  shape: Sides<ShapeRange>,
  place: PlacedBox,
  { boxes }: Drawing,
): Box {
  boxes.push(place)
  const isOther = calls.before !== undefined && calls.before !== calls.after
  const part: Part = {
    role,
    status: isOther ? 'changed' : 'same',
    family: 'terminal',
    layer: mapSides(calls, (call) => ({ name: role, call })),
  }
  const status = combine([part.status], hasChanged(shape))
  return { kind: 'box', id: place.id, role, parts: [part], labels: [], shape, status, count: 1 }
}
