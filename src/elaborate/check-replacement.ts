import { complete } from '../evaluate/bind.ts'
import { createReporter } from '../evaluate/reporter.ts'
import { createScope } from '../evaluate/scope.ts'
import { type CallValue, describeValue, numberValue, parametersOf, targetName } from '../evaluate/value.ts'
import { printShape, type Shape } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerSpec } from '../layers/layer.ts'
import { entryOf } from '../registry/construct.ts'
import type { ArgValue } from '../registry/params.ts'
import { applyLayer, type SitePlace } from './apply.ts'
import type { Replacement } from './apply-edited.ts'
import { asideFrom } from './aside.ts'
import { bindParameters, type Elaboration, hasStopped } from './elaborate.ts'
import { shapeAt } from './graph-builder.ts'
import { environmentOf, type Place } from './walk.ts'

/**
 * A replacement may change the shape of the output only if the diff says something of it: else an argument that the new
 * layer does not have is lost without a word. An argument that has its default is one, too: whether it is spelled out must
 * not matter.
 */
export function checkReplacement(
  { original, call, span }: Replacement,
  site: SitePlace,
  place: Place,
  state: Elaboration,
): void {
  if (state.builder === undefined || state.recording !== undefined) return
  const shapeOf = (layer: CallValue) => shapeOfCall(layer, place, state)
  const [before, now] = [shapeOf(original), shapeOf(call)]
  if (before === undefined || now === undefined || printShape(before) === printShape(now)) return
  const kept = [...call.args].filter(([name, argument]) => original.args.get(name) === argument)
  const unsaid = shapeOf({ ...call, args: new Map(kept) })
  if (unsaid === undefined || printShape(unsaid) !== printShape(now)) return
  const axes = [...before.keys()].filter((axis) => before.length !== now.length || before[axis] !== now[axis])
  const lost = lostArguments(original, call, place, state)
  const decisive = lost.filter((argument) => isDecisive(original, argument, axes, shapeOf))
  if (decisive.length === 0) return
  const name = targetName(call.target)
  const has = decisive.map(({ text }) => text).join(' and ')
  const input = printShape(shapeAt(state.builder, state.current))
  const labels = [{ span: site.span, message: `replaced here, behind ${input}` }]
  const message = `${name} has ${has}, so that ${printShape(before)} becomes ${printShape(now)}`
  state.report.error('WM0411', span, message, {
    labels,
    hints: [
      hintFor(
        call,
        before,
        now,
        decisive.every(({ now: has }) => has === undefined),
      ),
    ],
  })
}

/** @param isWithout whether the new layer lacks all of the arguments that decide */
function hintFor({ target }: CallValue, before: Shape, now: Shape, isWithout: boolean): string {
  const name = targetName(target)
  const mend = mendingLayer(before, now)
  if (isWithout && mend !== undefined) {
    return `replace it with a define of ${name} and ${mend}, or set a parameter of the network in place of replacing`
  }
  if (parametersOf(target).length > 0) {
    return `give ${name} arguments that settle the shape, or set a parameter of the network in place of replacing`
  }
  return name === 'none'
    ? '`remove` takes a layer away'
    : `replace it with a define that keeps the shape, or remove it and insert ${name}`
}

/** The layer that brings height and width back, `crop(1)`, where it is all that they miss. */
function mendingLayer(before: Shape, now: Shape): string | undefined {
  const [height = 0, width = 0, channels] = before
  const [newHeight = 0, newWidth = 0, newChannels] = now
  const size = (newHeight - height) / 2
  const isEven = Number.isInteger(size) && newWidth - width === 2 * size
  if (channels === undefined || channels !== newChannels || !isEven) return undefined
  return size > 0 ? `crop(${size})` : `pad(${-size})`
}

interface Lost {
  readonly name: string
  readonly before: string
  /** What the new layer has; undefined where it has no such argument. */
  readonly now: string | undefined
  /** `no padding=0`, `stride=1 and not 2` */
  readonly text: string
}

/** What the original has and the new layer has not, or has by a default of its own. */
function lostArguments(original: CallValue, call: CallValue, place: Place, state: Elaboration): readonly Lost[] {
  const now = argumentsOf(call, place, state)
  return [...argumentsOf(original, place, state)].flatMap(([name, before]) => {
    const value = now.get(name)
    if (value === before || call.args.has(name)) return []
    const text = value === undefined ? `no ${name}=${before}` : `${name}=${value} and not ${before}`
    return [{ name, before, now: value, text }]
  })
}

/** Every argument of a layer as text, defaults included; layers and initializers, which settle no shape, left out. */
function argumentsOf(call: CallValue, place: Place, state: Elaboration): ReadonlyMap<string, string> {
  const report = createReporter()
  if (call.target.kind === 'construct') {
    const resolved = complete(call, { ...environmentOf(place, state), report })
    const plain = Object.entries(resolved?.args ?? {}).filter(([, value]) => !isCall(value))
    return new Map(plain.map(([name, value]) => [name, String(value)]))
  }
  if (call.target.kind !== 'define') return new Map()
  const scope = createScope(call.target.define.scope)
  bindParameters(call.target.define.parameters, call.args, { scope, report })
  return new Map(
    [...scope.bindings].flatMap(([name, binding]) =>
      binding.kind === 'value' && binding.value.kind !== 'call' ? [[name, describeValue(binding.value)] as const] : [],
    ),
  )
}

function isCall(value: ArgValue): boolean {
  return typeof value === 'object' && value !== null && 'name' in value
}

/** Whether the output would have another size in one of these axes if only this argument were another. */
function isDecisive(
  original: CallValue,
  { name, before }: Lost,
  axes: readonly number[],
  shapeOf: (call: CallValue) => Shape | undefined,
): boolean {
  const number = Number(before)
  const value = numberValue(Number.isFinite(number) ? number + 1 : 0)
  const args = new Map([...original.args, [name, { value, span: original.span }]])
  const [usual, other] = [shapeOf(original), shapeOf({ ...original, args })]
  return usual !== undefined && other !== undefined && axes.some((axis) => usual[axis] !== other[axis])
}

/** Undefined where the call is not complete or does not fit, or where more than its input decides. */
function shapeOfCall(call: CallValue, place: Place, state: Elaboration): Shape | undefined {
  if (state.builder === undefined) return undefined
  const input = shapeAt(state.builder, state.current)
  if (call.target.kind === 'construct') {
    const resolved = complete(call, { ...environmentOf(place, state), report: createReporter() })
    if (resolved === undefined) return undefined
    const spec: LayerSpec = entryOf(layers, resolved)
    const result = spec.shape(resolved.args, [input])
    return result.ok ? result.shape : undefined
  }
  const alone = asideFrom(state, input)
  const { span } = call
  applyLayer({ call, role: 'layer' }, { span, repetition: undefined, roles: [], label: undefined }, place, alone)
  if (hasStopped(alone) || alone.builder === undefined) return undefined
  return shapeAt(alone.builder, alone.current)
}
