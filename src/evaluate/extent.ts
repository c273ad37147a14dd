import type { Span } from '../diagnostics/diagnostic.ts'
import type { Environment } from './evaluate.ts'
import { type CallValue, unknown, type Value } from './value.ts'

/** How much a value holds, everything in it counted as often as it occurs, and how many levels deep it nests. */
interface Extent {
  readonly parts: number
  readonly depth: number
}

/** Each `let` can double what the one before it holds: without a limit, forty lines would name a trillion parts. */
const maxParts = 1_000_000
/** Whatever walks a value recurses, and a stack is finite. */
const maxDepth = 100

const fewParts = 8

const single: Extent = { parts: 1, depth: 1 }
/** Values never change, and share their parts: each is measured once. */
const measured = new WeakMap<Value, Extent>()

/** The value, or an unknown one with a diagnostic where it is too large for any later stage. */
export function bounded(value: Value, span: Span, env: Environment): Value {
  const { parts, depth } = extentOf(value)
  if (parts <= maxParts && depth <= maxDepth) return value
  const found = parts > maxParts ? `more than ${maxParts} parts` : `more than ${maxDepth} levels, one in another`
  env.report.error('WM0225', span, `this value has ${found}`)
  return unknown
}

function extentOf(value: Value): Extent {
  if (value.kind !== 'list' && value.kind !== 'call') return single
  const known = measured.get(value)
  if (known !== undefined) return known
  let [sum, depth] = [1, 0]
  forEachPart(value, (part) => {
    const extent = extentOf(part)
    sum += extent.parts
    depth = Math.max(depth, extent.depth)
  })
  if (depth === 0) return single
  const extent = { parts: sum, depth: depth + 1 }
  // Measuring a few parts anew is quicker than remembering them, and most calls have few.
  if (sum > fewParts) measured.set(value, extent)
  return extent
}

function forEachPart(value: CallValue | (Value & { kind: 'list' }), visit: (part: Value) => void): void {
  if (value.kind === 'list') value.items.forEach(visit)
  else if (value.target.kind === 'alternate') value.target.options.forEach(visit)
  else for (const argument of value.args.values()) visit(argument.value)
}
