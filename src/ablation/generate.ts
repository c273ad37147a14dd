import type { CheckedNetwork } from '../elaborate/elaborate.ts'
import type { Environment } from '../evaluate/evaluate.ts'
import { describeValue, targetName, type Value } from '../evaluate/value.ts'
import type { AblationDeclaration, Axis, ExcludeDeclaration, GridDeclaration } from '../syntax/ast.ts'
import type { GeneratedStep, VariantSource } from './sources.ts'
import { evaluateFor, findParameter } from './targets.ts'

/** The most variants that an ablation may have. */
export const maxVariants = 1000

/** One parameter and the values that it takes. */
interface CheckedAxis {
  readonly axis: Axis
  readonly values: readonly Value[]
}

/** The variants of every `grid` and `zip` of an ablation, without those that an `exclude` drops. */
export function generateVariants(
  ablation: AblationDeclaration,
  network: CheckedNetwork,
  env: Environment,
): ReadonlyMap<GridDeclaration, readonly VariantSource[]> {
  const points = new Map<GridDeclaration, readonly Point[]>()
  for (const member of ablation.members) {
    if (member.kind === 'grid' || member.kind === 'zip') points.set(member, pointsOf(member, network, env))
  }
  const excluded = new Set<Point>()
  const all = [...points.values()].flat()
  for (const member of ablation.members) {
    if (member.kind !== 'exclude') continue
    for (const point of excludedBy(member, all, network, env)) excluded.add(point)
  }
  const generated = new Map<GridDeclaration, readonly VariantSource[]>()
  for (const [member, own] of points) {
    const kept = own.filter((point) => !excluded.has(point))
    generated.set(
      member,
      kept.map((steps) => toSource(steps, member)),
    )
  }
  return generated
}

/** A value for each axis. */
type Point = readonly GeneratedStep[]

function toSource(steps: Point, { kind, span }: GridDeclaration): VariantSource {
  const head = { ...span, end: span.start + kind.length }
  return { name: { text: nameOfPoint(steps), span: head }, steps }
}

function pointsOf(grid: GridDeclaration, network: CheckedNetwork, env: Environment): readonly Point[] {
  const before = env.report.errorCount()
  const axes = grid.axes.flatMap((axis) => checkAxis(axis, grid, network, env) ?? [])
  if (grid.axes.length === 0) env.report.error('WM0416', grid.span, `this ${grid.kind} has no axis`)
  if (env.report.errorCount() > before) return []
  return grid.kind === 'grid' ? multiply(axes, grid, env) : pair(axes, env)
}

function checkAxis(
  axis: Axis,
  grid: GridDeclaration,
  network: CheckedNetwork,
  env: Environment,
): CheckedAxis | undefined {
  const { name, values: expression } = axis
  const first = grid.axes.find((other) => other.name.text === name.text)
  if (first !== undefined && first !== axis) {
    env.report.error('WM0416', name.span, `the axis \`${name.text}\` is given again`, {
      labels: [{ span: first.name.span, message: 'first given here' }],
    })
    return undefined
  }
  const parameter = findParameter(name, network, env)
  if (parameter === undefined) return undefined
  const list = evaluateFor(expression, { kind: 'list', element: parameter.type }, parameter, network, env)
  if (list?.kind !== 'list') return undefined
  const texts = list.items.map(describeFully)
  const twice = texts.findIndex((text, index) => texts.indexOf(text) !== index)
  if (list.items.length === 0) env.report.error('WM0416', expression.span, `\`${name.text}\` has no values`)
  else if (twice >= 0)
    env.report.error('WM0416', expression.span, `\`${name.text}\` has the value ${texts[twice]} twice`)
  else return { axis, values: list.items }
  return undefined
}

function multiply(axes: readonly CheckedAxis[], grid: GridDeclaration, env: Environment): readonly Point[] {
  const size = axes.reduce((product, { values }) => product * values.length, 1)
  if (size > maxVariants) {
    const counts = axes.map(({ values }) => values.length).join(' × ')
    env.report.error('WM0419', grid.span, `this grid has ${counts} = ${size} variants, more than ${maxVariants}`)
    return []
  }
  return axes.reduce<readonly Point[]>(
    (points, { axis, values }) => points.flatMap((point) => values.map((value) => [...point, toStep(axis, value)])),
    [[]],
  )
}

function pair(axes: readonly CheckedAxis[], env: Environment): readonly Point[] {
  const [first] = axes
  if (first === undefined) return []
  const other = axes.find(({ values }) => values.length !== first.values.length)
  if (other !== undefined) {
    const message = `\`${other.axis.name.text}\` has ${other.values.length} values, \`${first.axis.name.text}\` has ${first.values.length}`
    const labels = [{ span: first.axis.values.span, message: `${first.values.length} values` }]
    env.report.error('WM0417', other.axis.values.span, message, { labels })
    return []
  }
  return first.values.map((_, index) =>
    axes.flatMap(({ axis, values }) => {
      const value = values[index]
      return value === undefined ? [] : [toStep(axis, value)]
    }),
  )
}

function toStep({ name, span }: Axis, value: Value): GeneratedStep {
  return { kind: 'generated', name: name.text, value, span }
}

function excludedBy(
  exclude: ExcludeDeclaration,
  points: readonly Point[],
  network: CheckedNetwork,
  env: Environment,
): readonly Point[] {
  const before = env.report.errorCount()
  const wanted = exclude.settings.flatMap(({ name, value: expression }) => {
    const parameter = findParameter(name, network, env)
    if (parameter === undefined) return []
    const value = evaluateFor(expression, parameter.type, parameter, network, env)
    return value === undefined ? [] : [{ name: name.text, text: describeFully(value) }]
  })
  if (env.report.errorCount() > before) return []
  const matches = points.filter((point) =>
    wanted.every(({ name, text }) => point.some((step) => step.name === name && describeFully(step.value) === text)),
  )
  // Without settings it would drop everything.
  if (matches.length > 0 && wanted.length > 0) return matches
  const hints = [
    points.length === 0
      ? 'there is no grid or zip in this ablation'
      : 'a value must be one of its axis, with the same arguments',
  ]
  env.report.error('WM0418', exclude.span, 'no generated variant has all of these values', { hints })
  return []
}

/** A text that tells any two values apart. */
function describeFully(value: Value): string {
  if (value.kind === 'list') return `[${value.items.map(describeFully).join(', ')}]`
  if (value.kind !== 'call') return describeValue(value)
  if (value.target.kind === 'alternate') return `alternate(${value.target.options.map(describeFully).join(', ')})`
  const args = [...value.args].map(([name, arg]) => `${name}=${describeFully(arg.value)}`).sort()
  return `${targetName(value.target)}(${args.join(', ')})`
}

/** `wm_smooth_k3_norm`: readable, stable, and a name of the language. */
function nameOfPoint(steps: Point): string {
  return steps
    .map(({ name, value }) => (value.kind === 'call' ? nameOfValue(value) : `${name}_${nameOfValue(value)}`))
    .join('_')
}

function nameOfValue(value: Value): string {
  if (value.kind === 'list') return value.items.map(nameOfValue).join('_')
  if (value.kind !== 'call') return asName(describeValue(value))
  if (value.target.kind === 'alternate') return ['alternate', ...value.target.options.map(nameOfValue)].join('_')
  const args = [...value.args].map(([name, arg]) => `${name}${nameOfValue(arg.value)}`)
  return [asName(targetName(value.target)), ...args].join('_')
}

function asName(text: string): string {
  return text
    .replaceAll('-', 'm')
    .replaceAll('.', /^-?\d/.test(text) ? 'p' : '_')
    .replaceAll(/\W/g, '_')
}
