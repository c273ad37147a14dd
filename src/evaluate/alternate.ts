import { contains, type Diagnostic, type Span } from '../diagnostics/diagnostic.ts'
import type { Type } from '../registry/params.ts'
import type { Argument, CallExpression } from '../syntax/ast.ts'
import { bindArguments, requireArguments } from './bind.ts'
import { type Environment, evaluateAs } from './evaluate.ts'
import { createReporter } from './reporter.ts'
import { type AlternateTarget, type CallValue, targetName, unknown, unknownOf, type Value } from './value.ts'

/** Looked up after the scope, as the functions are: a define of this name wins. */
export const alternateName = 'alternate'

/** Arguments are bound to each of them at every use; each `let` can double what the one before it holds. */
const maxLayers = 1000

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
  if (args.length < 2) reportTooFew(args.length, span, env)
  const options = args.map(({ value }) => evaluateAs(value, layerType, 'each place of `alternate`', env))
  if (named !== undefined || args.length < 2) return unknown
  const layers = options.filter((option) => option.kind === 'call')
  // A layer that is a parameter, or wrong: which arguments the others take is found when it is known.
  if (layers.length < options.length) return unknownOf(layerType)
  if (layers.reduce((sum, layer) => sum + countLayers(layer), 0) > maxLayers) {
    env.report.error(
      'WM0225',
      span,
      `this \`alternate\` has more than ${maxLayers} layers, those of inner ones counted`,
    )
    return unknown
  }
  const key = `${span.file}:${span.start}`
  return { kind: 'call', target: { kind: 'alternate', options: layers, key }, args: new Map(), span }
}

function countLayers({ target }: CallValue): number {
  return target.kind === 'alternate' ? target.options.reduce((sum, option) => sum + countLayers(option), 0) : 1
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

/** A diagnostic and the options for which it holds. */
interface Mistake {
  readonly diagnostic: Diagnostic
  readonly options: CallValue[]
}

/** One mistake at one place is one message, though several options make it. */
function forEachOption<T>(
  target: AlternateTarget,
  env: Environment,
  visit: (option: CallValue, env: Environment) => T,
): readonly T[] {
  const mistakes = new Map<string, Mistake>()
  const results = target.options.map((option) => {
    const report = createReporter()
    const result = visit(option, { ...env, report })
    for (const diagnostic of report.diagnostics) {
      const key = keyOf(diagnostic, option)
      const same = mistakes.get(key)
      if (same === undefined) mistakes.set(key, { diagnostic, options: [option] })
      else same.options.push(option)
    }
    return result
  })
  for (const mistake of mistakes.values()) reportMistake(mistake, target, env)
  return results
}

/** The same message about another layer is the same mistake. */
function keyOf({ code, span, message }: Diagnostic, option: CallValue): string {
  const place = span === undefined ? '' : `${span.file} ${span.start} ${span.end}`
  const unnamed = layerNames(option).reduce((text, name) => text.replaceAll(name, ''), message)
  return `${code} ${place} ${unnamed}`
}

function layerNames({ target }: CallValue): readonly string[] {
  return target.kind === 'alternate' ? target.options.flatMap(layerNames) : [targetName(target)]
}

/** Points at the option, unless all options are meant or something in it is pointed at already. */
function reportMistake({ diagnostic, options }: Mistake, target: AlternateTarget, env: Environment): void {
  const { code, span, message, labels, hints } = diagnostic
  const [option] = options
  if (option === undefined || span === undefined) throw new Error('a mistake in an argument without a place')
  const shown = [span, ...labels.map((label) => label.span)].some((place) => contains(option.span, place))
  const all = options.length === target.options.length
  const label = { span: option.span, message: 'one layer of this `alternate`' }
  env.report.error(code, span, message, { labels: shown || all ? labels : [...labels, label], hints })
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
