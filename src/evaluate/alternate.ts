import { contains, type Label, type Span } from '../diagnostics/diagnostic.ts'
import type { Type } from '../registry/params.ts'
import type { Argument, CallExpression } from '../syntax/ast.ts'
import { bindArguments, requireArguments } from './bind.ts'
import { type Environment, evaluateAs } from './evaluate.ts'
import { createReporter } from './reporter.ts'
import { type AlternateTarget, type CallValue, targetName, unknown, unknownOf, type Value } from './value.ts'

/** Looked up after the scope, as the functions are: a define of this name wins. */
export const alternateName = 'alternate'

const layerType: Type = { kind: 'call', registry: 'layer' }

/** `alternate(a, b, …)`: a layer value that is a, b, a, b … at its successive uses. */
export function evaluateAlternate(expression: CallExpression, env: Environment): Value {
  const { args, span } = expression
  const named = args.find((argument) => argument.name !== undefined)
  if (named !== undefined) {
    env.report.error('WM0206', named.name?.span ?? named.span, '`alternate` takes no named arguments', {
      hints: ['its layers are given by place: alternate(a, b, …)'],
    })
  }
  const options = args.map(({ value }) => evaluateAs(value, layerType, 'each place of `alternate`', env))
  if (named !== undefined) return unknown
  if (options.length < 2) return reportTooFew(options.length, span, env)
  const layers = options.filter((option) => option.kind === 'call')
  // A layer that is a parameter, or wrong: which arguments the others take is found when it is known.
  if (layers.length < options.length) return unknownOf(layerType)
  const key = `${span.file}:${span.start}`
  return { kind: 'call', target: { kind: 'alternate', options: layers, key }, args: new Map(), span }
}

function reportTooFew(found: number, span: Span, env: Environment): Value {
  env.report.error('WM0208', span, `wants two layers or more, found ${found}`, {
    hints: ['write alternate(a, b): it is a at its first use in the network, b at its second, then a again'],
  })
  return unknown
}

/** The name alone, without layers. */
export function reportBareAlternate(span: Span, env: Environment): Value {
  return reportTooFew(0, span, env)
}

/** Gives the same arguments to every option. */
export function bindAlternate(
  target: AlternateTarget,
  args: readonly Argument[],
  span: Span,
  env: Environment,
): CallValue {
  const options = forEachOption(target, env, (option, inner) => ({
    ...bindArguments(option, args, span, inner),
    span: option.span,
  }))
  return { kind: 'call', target: { ...target, options }, args: new Map(), span }
}

/** Reports what any option lacks; true where none lacks anything. */
export function requireOfAll(target: AlternateTarget, env: Environment, site: Span): boolean {
  return forEachOption(target, env, (option, inner) => requireArguments(option, inner, site)).every(Boolean)
}

/** One mistake at one place is one message, though several options find it; the message points at the option. */
function forEachOption<T>(
  target: AlternateTarget,
  env: Environment,
  visit: (option: CallValue, env: Environment) => T,
): readonly T[] {
  const seen = new Set<string>()
  return target.options.map((option) => {
    const report = createReporter()
    const result = visit(option, { ...env, report })
    for (const { code, span = option.span, message, labels, hints } of report.diagnostics) {
      const mistake = [code, span.file, span.start, span.end, message.replaceAll(targetName(option.target), '')].join(' ')
      if (seen.has(mistake)) continue
      seen.add(mistake)
      env.report.error(code, span, message, { labels: [...labels, ...labelOf(option, span, labels)], hints })
    }
    return result
  })
}

function labelOf(option: CallValue, span: Span, labels: readonly Label[]): readonly Label[] {
  const shown = contains(span, option.span) || labels.some((label) => label.span === option.span)
  return shown ? [] : [{ span: option.span, message: 'one layer of this `alternate`' }]
}

/**
 * The layer that this use of a layer value applies: itself, or the next option of an `alternate`, with all the arguments
 * that were given. `counters` holds how often each `alternate` of the source was used in the network so far.
 */
export function pickAlternative(call: CallValue, counters: Map<string, number>): CallValue {
  const { target } = call
  if (target.kind !== 'alternate') return call
  const uses = counters.get(target.key) ?? 0
  counters.set(target.key, uses + 1)
  const option = target.options[uses % target.options.length]
  if (option === undefined) throw new Error('an `alternate` without options')
  return pickAlternative(option, counters)
}
