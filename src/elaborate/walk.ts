import { type BlockDefaults, evaluateLayer, evaluateLayerStatement, isBlockArgument } from '../check/layer-statement.ts'
import { declare } from '../check/modules.ts'
import { evaluateRequire, namesIn } from '../check/require.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import { assertNever } from '../evaluate/assert-never.ts'
import { type Environment, evaluate, evaluateAs } from '../evaluate/evaluate.ts'
import { createScope, type Scope } from '../evaluate/scope.ts'
import { describeValue } from '../evaluate/value.ts'
import { inputId } from '../graph/graph.ts'
import type { Expression, LayerStatement, Repeat, Statement } from '../syntax/ast.ts'
import { blockParts, type Part, type Site } from './apply.ts'
import { applyEdited } from './apply-edited.ts'
import { type Elaboration, hasStopped } from './elaborate.ts'
import { addLabel, createGraphBuilder, endStatement, maxNodes } from './graph-builder.ts'
import { walkStructure } from './walk-structure.ts'

/** Where statements are walked: the names in view and the block defaults in force. */
export interface Place {
  readonly scope: Scope
  defaults: BlockDefaults
}

export function environmentOf(place: Place, state: Elaboration): Environment {
  return { scope: place.scope, report: state.report }
}

export function nestedPlace(place: Place): Place {
  return { scope: createScope(place.scope), defaults: place.defaults }
}

/**
 * Walks a body in order and stops at the first error. Requirements that need only what is bound
 * before the body come first, so that the author's words are read before what they guard against.
 */
export function walkBody(body: readonly Statement[], place: Place, state: Elaboration): void {
  const order = orderOf(body)
  for (let at = 0; at < body.length; at++) {
    const index = order?.[at] ?? at
    const statement = body[index]
    if (statement === undefined || hasStopped(state)) return
    countStep(statement.span, state)
    if (hasStopped(state)) return
    state.path.push(String(index))
    walkStatement(statement, place, state)
    state.path.pop()
  }
}

/** The places of the statements in the order in which they are walked; undefined for that of the source. */
function orderOf(body: readonly Statement[]): readonly number[] | undefined {
  if (!body.some(({ kind }) => kind === 'require')) return undefined
  const places = Array.from(body.keys())
  const local = new Set(body.flatMap((statement) => (statement.kind === 'let' ? [statement.name.text] : [])))
  const early = body.map((statement) => isEarlyRequire(statement, local))
  return [...places.filter((index) => early[index]), ...places.filter((index) => !early[index])]
}

function isEarlyRequire(statement: Statement, local: ReadonlySet<string>): boolean {
  if (statement.kind !== 'require') return false
  return [...namesIn(statement.condition)].every((name) => !local.has(name))
}

function walkStatement(statement: Statement, place: Place, state: Elaboration): void {
  const env = environmentOf(place, state)
  switch (statement.kind) {
    case 'input':
      walkInput(statement, env, state)
      return
    case 'let': {
      const value = evaluate(statement.value, env)
      declare(statement.name.text, { kind: 'value', value, span: statement.name.span }, place.scope, state.report)
      return
    }
    case 'require':
      evaluateRequire(statement, env)
      return
    case 'default': {
      const value = evaluateLayer(statement.value, '`default`', env)
      const name = statement.name.text
      if (isBlockArgument(name) && value.kind === 'call') place.defaults = { ...place.defaults, [name]: value }
      return
    }
    case 'if': {
      const condition = evaluateAs(statement.condition, { kind: 'bool' }, 'the condition', env)
      if (condition.kind === 'bool') walkBranch(statement, condition.value, place, state)
      else state.failed = true
      return
    }
    case 'for':
      walkFor(statement, place, state)
      return
    case 'layer':
    case 'residual':
    case 'densely':
    case 'parallel':
      walkRepeated(statement, place, state)
      return
    default:
      assertNever(statement)
  }
}

function walkBranch(statement: Statement & { kind: 'if' }, holds: boolean, place: Place, state: Elaboration): void {
  state.path.push(holds ? 'then' : 'else')
  walkBody((holds ? statement.consequent : statement.alternative) ?? [], nestedPlace(place), state)
  state.path.pop()
}

function walkInput(statement: Statement & { kind: 'input' }, env: Environment, state: Elaboration): void {
  // Not of a define: that is found before any network is walked.
  if (state.builder !== undefined) {
    const labels = [{ span: state.builder.input.span, message: 'given here' }]
    state.report.error('WM0351', statement.span, 'the input is given already', { labels })
    return
  }
  const shape = evaluateAs(statement.shape, { kind: 'shape' }, '`input`', env)
  if (shape.kind !== 'shape') return
  if (shape.dims.length !== 3 || shape.dims.some((dim) => dim < 1)) {
    state.report.error(
      'WM0352',
      statement.shape.span,
      `wants height x width x channels, each at least 1, found ${shape.dims.join('x')}`,
    )
    return
  }
  const range = statement.range === undefined ? ([0, 1] as const) : evaluateInputRange(statement.range, env)
  if (range !== undefined) state.builder = createGraphBuilder({ shape: shape.dims, range, span: statement.span })
}

function evaluateInputRange(expression: Expression, env: Environment): readonly [number, number] | undefined {
  const value = evaluateAs(expression, { kind: 'list', element: { kind: 'float' } }, 'the value range', env)
  if (value.kind !== 'list') return undefined
  const [low, high] = value.items
  const fits = value.items.length === 2 && low?.kind === 'number' && high?.kind === 'number' && low.value < high.value
  if (fits) return [low.value, high.value]
  env.report.error('WM0353', expression.span, `wants [low, high] with low < high, found ${describeValue(value)}`)
  return undefined
}

function walkFor(statement: Statement & { kind: 'for' }, place: Place, state: Elaboration): void {
  const env = environmentOf(place, state)
  const list = evaluate(statement.list, env)
  if (list.kind !== 'list') {
    evaluateAs(statement.list, { kind: 'list', element: { kind: 'float' } }, '`for`', env)
    state.failed = true
    return
  }
  const outer = state.repetition
  list.items.forEach((item, index) => {
    // Statements count; without any, the turns of the loop must.
    if (statement.body.length === 0) countStep(statement.span, state)
    if (hasStopped(state)) return
    const inner = nestedPlace(place)
    inner.scope.bindings.set(statement.variable.text, { kind: 'value', value: item, span: statement.variable.span })
    state.circumstances.push(`${statement.variable.text} = ${describeValue(item)}`)
    state.repetition = [...outer, index + 1]
    state.path.push(`#${index + 1}`)
    state.labels.push({ names: new Map() })
    walkBody(statement.body, inner, state)
    state.labels.pop()
    state.path.pop()
    state.repetition = outer
    state.circumstances.pop()
  })
}

/** What is called when a statement begins and when it has its result. */
type Ends = Pick<Site, 'onStart' | 'onResult'>

const noEnds: Ends = {}

type Repeatable = Statement & { kind: 'layer' | 'residual' | 'densely' | 'parallel' }

function walkRepeated(statement: Repeatable, place: Place, state: Elaboration): void {
  if (state.builder === undefined) {
    state.report.error('WM0350', statement.span, 'a layer comes before the `input`', {
      hints: ['begin the body with, say, `input 28x28x1 in [0, 1]`'],
    })
    return
  }
  const count = statement.repeat === undefined ? 1 : evaluateCount(statement.repeat, environmentOf(place, state))
  if (count === undefined) {
    state.failed = true
    return
  }
  let start = state.recording?.applications.length ?? 0
  const onStart = (): void => {
    start = state.recording?.applications.length ?? 0
  }
  const onResult = (): void => labelStatement(statement, start, state)
  const outer = state.repetition
  if (count === 0) onResult()
  // Every repetition applies the same layers: they are evaluated once.
  const parts = statement.kind === 'layer' && count > 0 ? partsOf(statement, place, state) : []
  for (let repetition = 1; repetition <= count && !hasStopped(state); repetition++) {
    // They name its result: without a label there is nothing to tell.
    const ends =
      statement.label === undefined
        ? noEnds
        : { ...(repetition === 1 ? { onStart } : {}), ...(repetition === count ? { onResult } : {}) }
    if (statement.repeat === undefined) walkOnce(statement, parts, place, state, undefined, ends)
    else {
      state.repetition = [...outer, repetition]
      state.path.push(`#${repetition}`)
      walkOnce(statement, parts, place, state, repetition, ends)
      state.path.pop()
      state.repetition = outer
    }
    countStep(statement.span, state)
  }
}

/** The label of a repeated statement names its last result; for selectors it stands for all repetitions. */
function labelStatement(statement: Repeatable, start: number, state: Elaboration): void {
  if (statement.label === undefined) return
  labelResult(statement.label, state)
  const { text } = statement.label
  state.recording?.labels.push({ label: text, start, end: state.recording.applications.length })
}

function partsOf(statement: LayerStatement, place: Place, state: Elaboration): readonly Part[] {
  return blockParts(statement, evaluateLayerStatement(statement, environmentOf(place, state)), place)
}

function walkOnce(
  statement: Repeatable,
  parts: readonly Part[],
  place: Place,
  state: Elaboration,
  repetition: number | undefined,
  ends: Ends,
): void {
  if (statement.kind !== 'layer') {
    walkStructure(statement, place, state, repetition, ends)
    return
  }
  const { span } = statement.layer
  const site = { span, repetition, roles: parts.map(({ role }) => role), label: statement.label?.text, ...ends }
  for (const part of parts) {
    if (hasStopped(state)) return
    applyEdited(part, site, place, state)
  }
  endStatement(state.builder)
}

function evaluateCount(repeat: Repeat, env: Environment): number | undefined {
  const count = evaluateAs(repeat.count, { kind: 'int' }, 'a repeat', env)
  if (count.kind !== 'number') return undefined
  if (count.value >= 0) return count.value
  env.report.error('WM0354', repeat.span, `a repeat wants a count of at least 0, found ${count.value}`)
  return 0
}

function labelResult(label: { readonly text: string; readonly span: Span }, state: Elaboration): void {
  const names = state.labels.at(-1)?.names
  const earlier = names?.get(label.text)
  if (earlier !== undefined) {
    state.report.error('WM0203', label.span, `the label \`${label.text}\` is given again`, {
      labels: [{ span: earlier.span, message: 'first given here' }],
    })
    return
  }
  names?.set(label.text, { id: state.current, span: label.span })
  if (state.builder !== undefined && state.current !== inputId) addLabel(state.builder, label.text, state.current)
  state.trace?.push({ kind: 'label', name: label.text, id: state.current })
}

/** Far beyond any network: what goes over it is a mistyped count, and must not take the machine with it. */
const maxSteps = 1_000_000

/** Each define and each body in another takes two or three levels; the walk recurses, and a stack is finite. */
const maxLevels = 500

function countStep(span: Span, state: Elaboration): void {
  if (hasStopped(state)) return
  state.steps++
  if (state.path.length > maxLevels) {
    state.report.error('WM0361', span, `bodies and defines lie more than ${maxLevels / 2} deep in one another here`)
    return
  }
  const nodes = state.recording?.applications.length ?? state.builder?.nodes.length ?? 0
  if (nodes > maxNodes) state.report.error('WM0358', span, `the network has more than ${maxNodes} layers here`)
  else if (state.steps > maxSteps) {
    state.report.error('WM0359', span, `the network takes more than ${maxSteps} steps of its loops and repeats here`)
  }
}
