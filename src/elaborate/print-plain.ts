import { type Graph, type NodeId, printShape } from '../graph/graph.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import { printBrief } from '../registry/print-brief.ts'
import type { Traced } from './trace.ts'

/** A statement as text: its lines, those of a body included. */
interface Written {
  readonly lines: readonly string[]
  /** Labelled statements are never folded into a repetition. */
  readonly label?: string
}

interface Names {
  /** Labels in view, innermost body last: those of a body are not seen behind it. */
  readonly inView: Map<NodeId, string>[]
  readonly taken: Set<string>
}

type TracedNode = Extract<Traced, { kind: 'node' }>

/** An elaborated network as a file of its own: layers and structures with plain numbers, equal neighbours folded into `xN`. */
export function printPlain(name: string, input: Graph['input'], trace: readonly Traced[]): string {
  const names: Names = { inView: [], taken: new Set() }
  const [low, high] = input.range
  const body = printBody(trace, names)
  const lines = [`input ${printShape(input.shape)} in [${low}, ${high}]`, ...body]
  return `network ${name} {\n${indent(lines).join('\n')}\n}\n`
}

function printBody(trace: readonly Traced[], names: Names): readonly string[] {
  const statements: Written[] = []
  names.inView.push(new Map())
  for (let at = 0; at < trace.length; ) {
    const item = trace[at]
    if (item === undefined) break
    if (item.kind === 'label') {
      addLabel(item, statements, names)
      at++
    } else if (item.kind === 'node') {
      const parts = nodesOfStatement(trace, at)
      statements.push({ lines: [printStatement(parts, names)] })
      at += parts.length
    } else {
      statements.push({ lines: printStructure(item, names) })
      at++
    }
  }
  names.inView.pop()
  return foldRepeats(statements)
}

/** The layer, norm and activation of a block; any other statement is one node. */
function nodesOfStatement(trace: readonly Traced[], start: number): readonly TracedNode[] {
  const nodes: TracedNode[] = []
  for (let at = start; at < trace.length; at++) {
    const item = trace[at]
    if (item?.kind !== 'node' || (nodes[0] !== undefined && item.statement !== nodes[0].statement)) break
    nodes.push(item)
  }
  return nodes
}

function printStatement(parts: readonly TracedNode[], names: Names): string {
  const [layer, second, third] = parts
  if (layer === undefined || parts.length > 3) throw new Error(`a statement of ${parts.length} layers`)
  const text = printNode(layer, names)
  if (second === undefined) return text
  const norm = third === undefined ? [] : [`norm=${printNode(second, names)}`]
  const activation = printNode(third ?? second, names)
  const named = [...norm, ...(activation === 'relu' ? [] : [`act=${activation}`])]
  return `block ${withArguments(text, named)}`
}

function withArguments(call: string, named: readonly string[]): string {
  if (named.length === 0) return call
  return call.endsWith(')') ? `${call.slice(0, -1)}, ${named.join(', ')})` : `${call}(${named.join(', ')})`
}

function printNode({ call, edges }: TracedNode, names: Names): string {
  return printBrief(
    call,
    edges.map((id) => nameOf(id, call, names)),
  )
}

function nameOf(id: NodeId, call: ResolvedCall, names: Names): string {
  const name = names.inView.findLast((labels) => labels.has(id))?.get(id)
  if (name === undefined) throw new Error(`${call.name} takes the result ${id}, which has no label`)
  return name
}

function printStructure(item: Exclude<Traced, { kind: 'node' | 'label' }>, names: Names): readonly string[] {
  if (item.kind === 'parallel') {
    const branches = item.branches.flatMap((branch) => braced('branch', printBody(branch, names)))
    return braced(`parallel(merge=${item.merge})`, branches)
  }
  const head = item.kind === 'residual' && item.project !== 'auto' ? `residual(project=${item.project})` : item.kind
  return braced(head, printBody(item.body, names))
}

function braced(head: string, body: readonly string[]): readonly string[] {
  const [only] = body
  if (only === undefined) return [`${head} { }`]
  if (body.length === 1) return [`${head} { ${only} }`]
  return [`${head} {`, ...indent(body), '}']
}

/** Labels of loops and defines come into one body here: a name used again is numbered. */
function addLabel({ name, id }: Extract<Traced, { kind: 'label' }>, statements: Written[], names: Names): void {
  let unique = name
  for (let count = 2; names.taken.has(unique); count++) unique = `${name}_${count}`
  names.taken.add(unique)
  names.inView.at(-1)?.set(id, unique)
  const last = statements.at(-1)
  if (last === undefined || last.label !== undefined) statements.push({ lines: [`none as ${unique}`], label: unique })
  else statements[statements.length - 1] = { lines: suffix(last.lines, ` as ${unique}`), label: unique }
}

function suffix(lines: readonly string[], text: string): readonly string[] {
  return lines.map((line, index) => (index === lines.length - 1 ? line + text : line))
}

function foldRepeats(statements: readonly Written[]): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < statements.length; ) {
    const statement = statements[at]
    if (statement === undefined) break
    const count = statement.label === undefined ? countEqual(statements, at) : 1
    lines.push(...(count === 1 ? statement.lines : suffix(statement.lines, ` x${count}`)))
    at += count
  }
  return lines
}

function countEqual(statements: readonly Written[], start: number): number {
  const text = statements[start]?.lines.join('\n')
  let end = start + 1
  while (statements[end]?.label === undefined && statements[end]?.lines.join('\n') === text) end++
  return end - start
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
