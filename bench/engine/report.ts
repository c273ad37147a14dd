import type { Machine } from './machine.ts'
import type { GroupResult, Spread } from './measure.ts'
import { speedup, spreadOf } from './measure.ts'
import type { Target } from './targets.ts'

export interface Report {
  readonly machine: Machine
  readonly rounds: number
  readonly groups: readonly { readonly title: string; readonly result: GroupResult }[]
  /** GFLOP/s by kernel. */
  readonly rates: Readonly<Record<string, Spread>>
  readonly memory: readonly MemoryRow[]
  readonly targets: readonly Target[]
}

export interface MemoryRow {
  readonly name: string
  readonly neededBytes: number
  readonly peakBytes: number
  readonly restBytes: number
  readonly heapBytes: number | null
}

/** The report as markdown, for docs/performance.md. */
export function printMarkdown(report: Report): string {
  const { machine, rounds, groups, rates, memory, targets } = report
  const parts = [
    `Measured on ${machine.cpu}, ${machine.cores} cores, ${machine.memory}, ${machine.system}, Node ${machine.node}, ` +
      `tfjs ${machine.tfjs}; ${machine.date}; load average ${machine.load} before and after. ` +
      `Medians of ${rounds} alternating rounds, with the least and the most in brackets.`,
    ...groups.map(({ title, result }) => printGroup(title, result)),
    `### Kernels on wasm, one thread\n\n${printRates(rates)}`,
    `### Memory of one step, batch 128\n\n${printMemory(memory)}`,
    `### Numbers to reach\n\n${printTargets(targets)}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function printGroup(title: string, { timings, missing }: GroupResult): string {
  const [reference] = timings
  const rows = timings.map((timing) => [
    timing.name,
    String(timing.contender.batch),
    number(1000 / spreadOf(timing.perImage).median),
    printSpread(speedup(timing, reference), '×'),
  ])
  const absent = missing.map(({ name, reason }) => `Not run: ${name}: ${reason}.`)
  const header = ['contender', 'batch', 'images/s', `against ${reference?.name ?? 'none'}`]
  return [`### ${title}\n\n${table(header, rows)}`, ...absent].join('\n\n')
}

function printRates(rates: Report['rates']): string {
  const reference = rates['conv2d 3x3']
  const rows = Object.entries(rates).map(([name, rate]) => [
    name,
    printSpread(rate, ''),
    reference === undefined ? '' : number(rate.median / reference.median),
  ])
  return table(['kernel', 'GFLOP/s', "of XNNPACK's conv2d"], rows)
}

function printMemory(rows: readonly MemoryRow[]): string {
  const cells = rows.map(({ name, neededBytes, peakBytes, restBytes, heapBytes }) => [
    name,
    ...[neededBytes, peakBytes].map(mebibytes),
    number(peakBytes / neededBytes),
    mebibytes(restBytes),
    heapBytes === null ? '–' : mebibytes(heapBytes),
  ])
  return table(['step', 'needs MiB', 'peak MiB', 'peak/need', 'between steps MiB', 'heap MiB'], cells)
}

function printTargets(targets: readonly Target[]): string {
  const rows = targets.map(({ what, wanted, found, isHeld, unit }) => [
    what,
    wanted,
    printSpread(found, unit),
    isHeld === undefined ? 'not measured' : isHeld ? 'held' : '**not held**',
  ])
  return table(['what', 'wanted', 'measured', ''], rows)
}

function printSpread(spread: Spread | undefined, unit: string): string {
  if (spread === undefined) return '–'
  const { median, min, max } = spread
  return min === max ? `${number(median)}${unit}` : `${number(median)}${unit} (${number(min)} to ${number(max)})`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => {
    return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  }
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Three digits that mean something. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
