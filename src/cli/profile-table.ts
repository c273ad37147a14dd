import { type Graph, type GraphNode, printShape } from '../graph/graph.ts'
import { printBrief } from '../registry/print-brief.ts'
import type { BackendName } from '../study/job.ts'
import type { PassProfile, StepProfile } from '../study/profile/profile.ts'

interface Row {
  readonly line: string
  readonly name: string
  readonly output: string
  readonly outputBytes: number | null
  readonly weightBytes: number | null
  readonly forward: PassProfile | null
  readonly backward: PassProfile | null
  /** Of a part of the step that is neither. */
  readonly other: PassProfile | null
}

const headings = ['line', 'layer', 'output', 'output KiB', 'weights KiB', 'forward ms', 'backward ms', 'ms', 'share']
const empty = { output: '', outputBytes: null, weightBytes: null, forward: null, backward: null, other: null } as const

/** A variant's profile for a terminal: a line for each layer, the rest of the step, the sums; then the kernels. */
export function renderProfile(
  title: string,
  profile: StepProfile,
  graph: Graph,
  lineOf: (node: GraphNode) => number,
): string {
  const rows = listRows(profile, graph, lineOf)
  const cells = [headings, ...rows.map((row) => cellsOf(row, profile.totalMs)), totalsOf(rows, profile.totalMs)]
  const [heading = '', ...body] = layOut(cells)
  const rule = '─'.repeat(Math.max(heading.length, ...body.map((line) => line.length)))
  return `${[
    title,
    ...[heading, rule, ...body.slice(0, -1), rule, ...body.slice(-1)],
    '',
    ...['kernels, forward | backward', ...layOut(listDistinctKernels(rows))],
    '',
    ...describeStep(profile),
  ].join('\n')}\n`
}

/** How to read the tables, once under all of them. */
export function describeTimes(backend: BackendName, steps: number): string {
  const queues = backend === 'webgpu' || backend === 'tensorflow'
  const lines = [
    `Milliseconds are medians of ${steps} steps; ms is forward and backward together.`,
    ...(queues
      ? ['Every layer is waited for, which training does not do: the sum may be more than a step takes.']
      : []),
    'Identity is left out of the kernels: it gives a tensor a second name.',
  ]
  return `${lines.join('\n')}\n`
}

function listRows(profile: StepProfile, graph: Graph, lineOf: (node: GraphNode) => number): readonly Row[] {
  const layers = profile.layers.map((layer, index): Row => {
    const node = graph.nodes[index]
    if (node === undefined) throw new Error(`${layer.name} is no node of ${graph.network}`)
    const name = `${printBrief(node.call)}${node.origin.label === undefined ? '' : ` as ${node.origin.label}`}`
    return { ...layer, line: String(lineOf(node)), name, output: printShape(node.shape), other: null }
  })
  return [
    ...layers,
    { ...empty, line: '', name: 'loss', ...profile.loss },
    { ...empty, line: '', name: 'optimizer', other: profile.optimizer },
    { ...empty, line: '', name: 'data', other: profile.data },
    { ...empty, line: '', name: 'freeing tensors', other: profile.freeing },
  ]
}

function cellsOf(row: Row, totalMs: number): readonly string[] {
  const ms = [row.forward, row.backward, row.other].reduce((sum, pass) => sum + (pass?.ms ?? 0), 0)
  return [
    ...[row.line, row.name, row.output],
    row.outputBytes === null ? '' : kibibytes(row.outputBytes),
    row.weightBytes === null ? '' : kibibytes(row.weightBytes),
    ...[row.forward, row.backward].map((pass) => pass?.ms.toFixed(2) ?? ''),
    ms.toFixed(2),
    `${((100 * ms) / totalMs).toFixed(1)} %`,
  ]
}

function totalsOf(rows: readonly Row[], totalMs: number): readonly string[] {
  const sum = (value: (row: Row) => number | undefined) => rows.reduce((total, row) => total + (value(row) ?? 0), 0)
  return [
    ...['', 'total', ''],
    kibibytes(sum((row) => row.outputBytes ?? 0)),
    kibibytes(sum((row) => row.weightBytes ?? 0)),
    sum((row) => row.forward?.ms).toFixed(2),
    sum((row) => row.backward?.ms).toFixed(2),
    totalMs.toFixed(2),
    '',
  ]
}

function describeStep({ stepMs, profiledStepMs, peakBytes }: StepProfile): readonly string[] {
  return [
    `a step as training takes it: ${stepMs.toFixed(2)} ms; layer by layer: ${profiledStepMs.toFixed(2)} ms`,
    `most memory that tensors take in a step: ${kibibytes(peakBytes)} KiB`,
  ]
}

/** Rows of one statement that run the same kernels stand for each other. */
function listDistinctKernels(rows: readonly Row[]): readonly (readonly string[])[] {
  const ran = rows.map((row) => [row.line, row.name, printKernels(row)] as const)
  const distinct = new Map(ran.map((cells) => [cells.join(), cells]))
  return [...distinct.values()].filter(([, , kernels]) => kernels !== '')
}

function printKernels({ forward, backward, other }: Row): string {
  const [first, second] = [forward ?? other, backward].map(listKernels)
  return second === '' ? (first ?? '') : `${first} | ${second}`.trim()
}

function listKernels(pass: PassProfile | null): string {
  const shown = Object.entries(pass?.kernels ?? {}).filter(([name]) => name !== 'Identity')
  return shown.map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(', ')
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** Cells in columns: text, which is the second and the third, to the left, numbers to the right. */
function layOut(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 1 || at === 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
