import { codes } from '../../diagnostics/codes.ts'
import type { Environment } from '../../evaluate/evaluate.ts'
import type { MatchDiff } from '../../syntax/ast.ts'
import type { Obstacle } from './follow-expression.ts'
import type { Quantity } from './measure.ts'
import type { Move, Values } from './move.ts'
import type { Prober } from './probe.ts'
import type { Nearest } from './search.ts'

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
  const sides = [below, above].filter((found) => found !== undefined)
  const shown = sides.map((found) => {
    const values = printValues(move.valuesAt(found.index))
    return `${values} with ${printCount(found.cost)} (${printDifference((found.cost - wanted) / wanted)})`
  })
  const [only] = sides
  const nearest =
    sides.length > 1 ? `nearest are ${shown.join(' and ')}` : `nearest is ${shown.join('')}: every other is ${only === below ? 'below' : 'above'} it`
  const message = `no ${printTargets(move)} comes within ${printShare(within)} of the ${printCount(wanted)} ${quantity} of ${diff.variant.text}; ${nearest}`
  const enough = Math.min(...sides.map(({ cost }) => Math.abs(cost - wanted) / wanted))
  const hints = enough > 1 ? [] : [`\`within ${printShare(roundUp(enough))}\` takes the nearer one`]
  env.report.error('WM0413', (diff.within ?? diff).span, message, { hints })
}

/** Whatever the targets are, the cost is the same. */
export function reportConstant({ diff, quantity, move, env }: Budget, cost: number): void {
  const labels = move.parts.flatMap(({ parameter }) =>
    parameter.span === undefined ? [] : [{ span: parameter.span, message: 'declared here' }],
  )
  const message = `${printTargets(move)} does not change the ${quantity}: there are ${printCount(cost)} whatever it is`
  env.report.error('WM0414', targetsSpan(diff), message, { labels })
}

/** With none of the values does the network elaborate. */
export function reportNoCandidate({ diff, move, prober, env }: Budget): void {
  const { lastFailure } = prober
  const range = move.count === 0 ? 'its domain holds no whole number above 0' : `${printRange(move)} were tried`
  const message = `no ${printTargets(move)} makes a network: ${range}`
  env.report.error('WM0414', targetsSpan(diff), message, { hints: lastFailure === undefined ? [] : [describeFailure(lastFailure)] })
}

/** It would take too long. */
export function reportSpent({ diff, quantity, move, prober, env }: Budget, obstacle: Obstacle | undefined): void {
  const [part] = move.parts
  const labels = obstacle === undefined ? [] : [{ span: obstacle.span, message: obstacle.message }]
  const why =
    obstacle === undefined
      ? 'most of its values make no network'
      : `the ${quantity} may fall while it grows, so that each of its values has to be tried`
  const type = part?.parameter.type.kind === 'list' ? '[int]' : 'int'
  env.report.error('WM0414', targetsSpan(diff), `finding ${printTargets(move)} takes too long: ${why}`, {
    labels,
    hints: [
      `gave up after ${printCount(prober.probes)} networks; let it have fewer values: \`${part?.parameter.name ?? ''}: ${type} in 1..256\``,
    ],
  })
}

function describeFailure({ values, code }: NonNullable<Prober['lastFailure']>): string {
  const entry = Object.entries(codes).find(([name]) => name === code)
  const why = entry === undefined ? '' : `: ${entry[0]}, ${entry[1].title}`
  return `the last one, ${printValues(values)}, is wrong${why}`
}

function targetsSpan({ by, span }: MatchDiff): MatchDiff['span'] {
  const [first] = by
  const last = by.at(-1)
  return first === undefined || last === undefined ? span : { ...first.span, end: last.span.end }
}

function printTargets({ parts }: Move): string {
  return parts.map(({ target }) => `\`${target}\``).join(' and ')
}

function printRange(move: Move): string {
  return `${printCount(move.count)} from ${printValues(move.valuesAt(0))} to ${printValues(move.valuesAt(move.count - 1))}`
}

/** `33`, `[33, 33]`; of several targets `[33, 33] and 64`. */
function printValues(values: Values): string {
  return values.map((numbers) => (numbers.length === 1 ? String(numbers[0]) : `[${numbers.join(', ')}]`)).join(' and ')
}

function printCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `+1.43%`, `-0.031%` */
function printDifference(share: number): string {
  return `${share > 0 ? '+' : ''}${printShare(Number(share.toPrecision(3)))}`
}

function printShare(share: number): string {
  return `${Number((100 * share).toPrecision(12))}%`
}

/** To two digits that are at least as much. */
function roundUp(share: number): number {
  if (share === 0) return 0
  const unit = 10 ** (Math.floor(Math.log10(share)) - 1)
  return Math.min(1, Number((Math.ceil(share / unit - 1e-9) * unit).toPrecision(2)))
}
