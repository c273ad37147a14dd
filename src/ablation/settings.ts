import type { CheckedNetwork, Setting } from '../elaborate/elaborate.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import { reachable } from '../evaluate/lists.ts'
import type { CheckedParameter, Value } from '../evaluate/value.ts'
import type { AssignDiff, ParameterTarget } from '../syntax/ast.ts'
import { currentValue, evaluateFor, findTarget } from './targets.ts'

/** Sets a parameter, or a part of one as it is with the settings so far. */
export function applyAssignment(
  diff: AssignDiff,
  settings: Map<string, Setting>,
  network: CheckedNetwork,
  env: Environment,
): void {
  const { target } = diff
  const parameter = findTarget(target, network, env)
  if (parameter === undefined) return
  const value =
    target.kind === 'name'
      ? evaluateFor(diff.value, parameter.type, parameter, network, env)
      : assignPart(diff, target, parameter, settings, network, env)
  if (value !== undefined) settings.set(parameter.name, { value, span: diff.span })
}

type Part = Exclude<ParameterTarget, { kind: 'name' }>

/** `widths[0] = 64`, `widths[0..1] = [64, 64]`: a copy of the list with these items replaced. */
function assignPart(
  diff: AssignDiff,
  target: Part,
  parameter: CheckedParameter,
  settings: ReadonlyMap<string, Setting>,
  network: CheckedNetwork,
  env: Environment,
): Value | undefined {
  const { type } = parameter
  const list = currentValue(parameter, settings, network)
  if (type.kind !== 'list' || list?.kind !== 'list') {
    env.report.error('WM0204', diff.target.span, `only a list has parts; \`${parameter.name}\` is none`, {
      labels: parameter.span === undefined ? [] : [{ span: parameter.span, message: 'declared here' }],
    })
    return undefined
  }
  const places = placesOf(target, list.items.length, env)
  if (places === undefined) return undefined
  const { element } = type
  const value = evaluateFor(diff.value, target.kind === 'index' ? element : type, parameter, network, env)
  if (value === undefined) return undefined
  const parts = target.kind === 'index' ? [value] : value.kind === 'list' ? value.items : []
  if (parts.length === places.length) {
    const items = list.items.map((item, index) => parts[places.indexOf(index)] ?? item)
    return { kind: 'list', items }
  }
  env.report.error('WM0211', diff.value.span, `the slice has ${places.length} places, found ${parts.length} values`, {
    labels: [{ span: target.span, message: 'this slice' }],
  })
  return undefined
}

/** The places of a list that an index or a slice means; undefined, and reported, where the list has none such. */
export function placesOf(target: Part, length: number, env: Environment): readonly number[] | undefined {
  const ends = target.kind === 'index' ? [target.index] : [target.from, target.to]
  const indices: number[] = []
  for (const end of ends) {
    const index = evaluateAs(end, { kind: 'int' }, 'an index', env)
    if (index.kind !== 'number' || !reachable(length, index.value, end.span, target.list.span, env)) return undefined
    indices.push(index.value)
  }
  const from = indices[0] ?? 0
  const to = indices.at(-1) ?? from
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset)
}
