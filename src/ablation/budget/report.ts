import { codes } from '../../diagnostics/codes.ts'
import type { Environment } from '../../evaluate/evaluate.ts'
import type { MatchDiff } from '../../syntax/ast.ts'
import type { Obstacle } from './follow-expression.ts'
import type { Quantity } from './measure.ts'
import type { Move, Values } from './move.ts'
import type { Prober } from './probe.ts'
import type { Found, Nearest } from './search.ts'

/** A budget, for messages about it. */
interface Budget {
  readonly diff: MatchDiff
  readonly quantity: Quantity
  readonly wanted: number
  readonly move: Move
  readonly prober: Prober
  readonly env: Environment
}

/** Nothing is as near as `within` asks: the nearest from both sides. */
export function reportMissed(budget: Budget, within: number, { below, above }: Nearest): void {
  const { diff, quantity, wanted, move, env } = budget
  const show = ({ index, cost }: Found) =>
    `${printValues(move, move.valuesAt(index))}, with ${printCount(cost)} (${printDifference((cost - wanted) / wanted)})`
  const message = `no ${printTargets(move)} ${isOne(move) ? 'comes' : 'come'} within ${printShare(within)} of the ${printCount(wanted)} ${quantity} of ${diff.variant.text}`
  const found = [below, above].filter((side) => side !== undefined)
  const enough = Math.min(...found.map(({ cost }) => Math.abs(cost - wanted) / wanted))
  const nearest = found.map((side) => {
    const others = below === undefined ? 'every one has more; ' : above === undefined ? 'every one has less; ' : ''
    const where = others === '' ? (side === below ? ' below' : ' above') : ''
    return `${others}the nearest${where} is ${show(side)}`
  })
  const hints =
    enough > 1
      ? nearest
      : [...nearest, `\`within ${printShare(roundUp(enough))}\` takes ${found.length > 1 ? 'the nearer one' : 'it'}`]
  env.report.error('WM0413', (diff.within ?? diff).span, message, { hints })
}

/** Whatever the targets are, the cost is the same. */
export function reportConstant({ diff, quantity, move, env }: Budget, cost: number): void {
  const labels = move.parts.flatMap(({ parameter }) =>
    parameter.span === undefined ? [] : [{ span: parameter.span, message: 'declared here' }],
  )
  const what = isOne(move) ? 'does not change' : 'do not change'
  const message = `${printTargets(move)} ${what} the ${quantity}: there are always ${printCount(cost)}`
  env.report.error('WM0414', targetsSpan(diff), message, { labels })
}

/** With none of the values does the network elaborate. */
export function reportNoCandidate({ diff, move, prober, env }: Budget): void {
  const { lastFailure } = prober
  const ends = [0, move.count - 1].map((index) => printValues(move, move.valuesAt(index)))
  const message = `no ${printTargets(move)} from ${ends.join(' to ')} ${isOne(move) ? 'makes' : 'make'} a network without errors`
  env.report.error('WM0414', targetsSpan(diff), message, {
    hints: lastFailure === undefined ? [] : [describeFailure(lastFailure, move)],
  })
}

/** It would take too long. */
export function reportSpent({ diff, quantity, move, prober, env }: Budget, obstacle: Obstacle | undefined): void {
  const [part] = move.parts
  const labels = obstacle === undefined ? [] : [{ span: obstacle.span, message: obstacle.message }]
  const why =
    obstacle === undefined
      ? 'most of its values make no network'
      : `the ${quantity} may fall while it grows, so that every value has to be tried`
  const type = part?.parameter.type.kind === 'list' ? '[int]' : 'int'
  env.report.error('WM0414', targetsSpan(diff), `finding ${printTargets(move)} takes too long: ${why}`, {
    labels,
    hints: [
      `gave up after ${printCount(prober.probes)} networks; let it have fewer values: \`${part?.parameter.name ?? ''}: ${type} in 1..256\``,
    ],
  })
}

function describeFailure({ values, code }: NonNullable<Prober['lastFailure']>, move: Move): string {
  const entry = Object.entries(codes).find(([name]) => name === code)
  const why = entry === undefined ? 'with an error' : `with ${entry[0]}, ${entry[1].title}`
  return `the last one tried, ${printValues(move, values)}, fails ${why}`
}

function targetsSpan({ by, span }: MatchDiff): MatchDiff['span'] {
  const [first] = by
  const last = by.at(-1)
  return first === undefined || last === undefined ? span : { ...first.span, end: last.span.end }
}

function printTargets({ parts }: Move): string {
  return parts.map(({ target }) => `\`${target}\``).join(' and ')
}

function isOne({ parts }: Move): boolean {
  return parts.length === 1
}

/** `33`, `[33, 33]`; of several targets `widths[0] = 33 and last = 64`. */
function printValues({ parts }: Move, values: Values): string {
  const shown = parts.map(({ single }, index) => {
    const numbers = values[index] ?? []
    return single ? String(numbers[0]) : `[${numbers.join(', ')}]`
  })
  if (shown.length === 1) return shown.join('')
  return parts.map(({ target }, index) => `${target} = ${shown[index] ?? ''}`).join(' and ')
}

function printCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `+1.43 %`, `−0.031 %`, as the table of variants prints it. */
function printDifference(share: number): string {
  const percent = Number((100 * Math.abs(share)).toPrecision(3))
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${percent} %`
}

/** `2%`, as it is written after `within`. */
function printShare(share: number): string {
  return `${Number((100 * share).toPrecision(12))}%`
}

/** To two digits that are at least as much. */
function roundUp(share: number): number {
  if (share === 0) return 0
  const unit = 10 ** (Math.floor(Math.log10(share)) - 1)
  return Math.min(1, Number((Math.ceil(share / unit - 1e-9) * unit).toPrecision(2)))
}
