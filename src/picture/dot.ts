import { printNumber } from './markup.ts'
import type { Box, Edge, Group, Item, Part, Picture, Status } from './model.ts'
import { boxBorder, familySurfaces, frameBorder, lineColor, paper, statusStyles } from './style.ts'
import { countText, groupText, labelText, partLines, shapeText, titleText, totalLines } from './words.ts'

type Attributes = Readonly<Record<string, string | number>>

/** The picture as a Graphviz graph; groups are clusters. Every name and value is quoted. */
export function renderDot(picture: Picture): string {
  const isComparison = picture.variants.length > 1
  const caption = [titleText(picture), ...totalLines(picture)].join('\n')
  const clusters = { count: 0 }
  const lines = [
    `digraph ${quote(titleText(picture))} {`,
    `  graph ${list({ label: caption, labelloc: 't', fontname: 'Helvetica', fontsize: 12, ranksep: 0.3, nodesep: 0.3 })}`,
    `  node ${list({ shape: 'box', style: 'filled,rounded', fontname: 'Courier', fontsize: 11, color: boxBorder, fillcolor: paper, margin: '0.12,0.06' })}`,
    `  edge ${list({ color: lineColor, arrowsize: 0.7 })}`,
    ...picture.items.flatMap((item) => printItem(item, '  ', clusters, isComparison)),
    ...picture.edges.flatMap((edge) => (edge.implied ? [] : [`  ${printEdge(edge)}`])),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

interface Clusters {
  count: number
}

function printItem(item: Item, indent: string, clusters: Clusters, isComparison: boolean): readonly string[] {
  if (item.kind === 'box') return [`${indent}${quote(`box${item.id}`)} ${list(describeBox(item, isComparison))}`]
  clusters.count++
  return [
    `${indent}subgraph ${quote(`cluster_${clusters.count}`)} {`,
    `${indent}  graph ${list(describeGroup(item))}`,
    ...item.items.flatMap((inner) => printItem(inner, `${indent}  `, clusters, isComparison)),
    `${indent}}`,
  ]
}

function describeGroup(group: Group): Attributes {
  const { border, text, sign } = statusStyles[group.status]
  const label = [sign, groupText(group), countText(group.count)].filter((word) => word !== '').join(' ')
  const colors = group.status === 'same' ? { color: frameBorder } : { color: border, fontcolor: text, penwidth: 1.8 }
  const line =
    group.structure === 'repeat' ? 'rounded,dotted' : group.status === 'removed' ? 'rounded,dashed' : 'rounded'
  return { label, labeljust: 'l', fontsize: 10, style: line, ...colors }
}

function describeBox(box: Box, isComparison: boolean): Attributes {
  const calls = box.parts.flatMap((part) => signed(part.status, partLines(part)))
  const notes = [labelText(box), shapeText(box.shape), countText(box.count)].filter((note) => note !== '')
  const label = [...calls, notes.join('  ')].join('\n')
  if (isComparison) {
    const { fill, text, border } = statusStyles[box.status]
    const style = box.status === 'removed' ? 'filled,rounded,dashed' : 'filled,rounded'
    return { label, fillcolor: fill, fontcolor: text, color: border, style }
  }
  const { fill, text } = familySurfaces[leading(box.parts)?.family ?? 'terminal']
  return { label, fillcolor: fill, fontcolor: text }
}

/** The part whose colour a box of one colour takes. */
function leading(parts: readonly Part[]): Part | undefined {
  return parts.find(({ role }) => role === 'layer') ?? parts[0]
}

function signed(status: Status, lines: readonly string[]): readonly string[] {
  const { sign } = statusStyles[status]
  return sign === '' ? lines : lines.map((line, index) => (index === 0 ? `${sign} ${line}` : line))
}

function printEdge({ from, to, status }: Edge): string {
  const ends = `${quote(`box${from}`)} -> ${quote(`box${to}`)}`
  if (status === 'same') return ends
  const { border } = statusStyles[status]
  return `${ends} ${list({ color: border, penwidth: 2, style: status === 'removed' ? 'dashed' : 'solid' })}`
}

function list(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(([key, value]) => {
    return `${key}=${quote(typeof value === 'number' ? printNumber(value) : value)}`
  })
  return `[${pairs.join(', ')}]`
}

/** In Graphviz a backslash begins an escape in labels, and a label's `\n` is a line's end. */
function quote(text: string): string {
  const printable = text.replace(/[^\P{C}\n]/gu, '\uFFFD')
  return `"${printable.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
