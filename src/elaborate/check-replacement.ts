import { complete } from '../evaluate/bind.ts'
import type { Environment } from '../evaluate/evaluate.ts'
import { createReporter } from '../evaluate/reporter.ts'
import { type CallValue, describeValue, targetName } from '../evaluate/value.ts'
import { type NodeId, printShape, type Shape } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerSpec } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'
import type { SitePlace } from './apply.ts'
import { type Replacement, replaceCall } from './apply-edited.ts'
import type { Elaboration } from './elaborate.ts'
import { shapeAt } from './graph-builder.ts'

/**
 * A replacement may change the shape of the output only if the diff says something of it: else an argument that the new
 * layer does not have, and that was given for the sake of the shape, is lost without a word.
 */
export function checkReplacement(
  replacement: Replacement,
  inputId: NodeId,
  site: SitePlace,
  env: Environment,
  state: Elaboration,
): void {
  const { original, given, dropped, span } = replacement
  if (dropped.length === 0 || state.builder === undefined) return
  const input = shapeAt(state.builder, inputId)
  const now = shapeAt(state.builder, state.current)
  const before = shapeOfCall(original, input, env)
  if (before === undefined || printShape(before) === printShape(now)) return
  const bare = replaceCall(original, { ...given, args: new Map() }, span).call
  const unsaid = shapeOfCall(bare, input, env)
  if (unsaid === undefined || printShape(unsaid) !== printShape(now)) return
  const lost = dropped.map((name) => {
    const value = original.args.get(name)?.value
    return value === undefined ? name : `${name}=${describeValue(value)}`
  })
  const name = targetName(given.target)
  const message = `${name} has no ${lost.join(' and no ')}, so that ${printShape(before)} becomes ${printShape(now)}`
  const labels = [{ span: site.span, message: `replaced here, behind ${printShape(input)}` }]
  const hints = [
    `give ${name} arguments that settle the shape, or set a parameter of the network in place of replacing`,
  ]
  state.report.error('WM0411', span, message, { labels, hints })
}

/** Undefined where the call is not complete, is of no built-in layer, or does not fit. */
function shapeOfCall(call: CallValue, input: Shape, env: Environment): Shape | undefined {
  if (call.target.kind !== 'construct') return undefined
  const resolved = complete(call, { ...env, report: createReporter() })
  if (resolved === undefined) return undefined
  const spec: LayerSpec = entryOf(layers, resolved)
  const result = spec.shape(resolved.args, [input])
  return result.ok ? result.shape : undefined
}
