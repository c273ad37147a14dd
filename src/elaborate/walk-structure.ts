import { evaluateSetting } from '../check/structure.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import { assertNever } from '../evaluate/assert-never.ts'
import { bindNothing, complete } from '../evaluate/bind.ts'
import { type NodeId, printShape, type ScopeTag, type Shape } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import type { ArgValue } from '../registry/params.ts'
import type { DenselyStatement, ParallelStatement, ResidualStatement, Statement } from '../syntax/ast.ts'
import { append, type Site } from './apply.ts'
import { applyEdited, applyInserted, noteEdited, takesAway } from './apply-edited.ts'
import { passOver } from './aside.ts'
import { editsAt, siteKey } from './edits.ts'
import { type Elaboration, hasStopped } from './elaborate.ts'
import { endStatement, shapeAt } from './graph-builder.ts'
import type { Traced } from './trace.ts'
import { environmentOf, nestedPlace, type Place, walkBody } from './walk.ts'

type Structure = ResidualStatement | DenselyStatement | ParallelStatement

/** A structure is a site of its own: structural diffs may put layers around it, or one in its place. */
export function walkStructure(
  statement: Structure,
  place: Place,
  state: Elaboration,
  repetition: number | undefined,
  { onStart, onResult }: Pick<Site, 'onStart' | 'onResult'>,
): void {
  const label = statement.label?.text
  const site = { span: headOf(statement), repetition, roles: ['structure'], label } as const
  const edits = editsAt(state.edits, state.path, 'structure')
  noteEdited(edits, state)
  applyInserted(edits, 'before', { role: 'structure' }, site, place, state)
  onStart?.()
  const edit = edits.find(takesAway)
  if (edit !== undefined && !hasStopped(state)) passOver((unseen) => walkUnedited(statement, place, unseen), state)
  if (edit?.kind === 'replace') {
    const part = { call: edit.layer, role: 'layer' } as const
    applyEdited(part, { ...site, roles: [part.role] }, place, state)
    endStatement(state.builder)
  } else if (edit === undefined && !hasStopped(state)) {
    recordStructure(statement, site, state)
    walkUnedited(statement, place, state)
  }
  if (!hasStopped(state)) onResult?.()
  applyInserted(edits, 'after', { role: 'structure' }, site, place, state)
}

function recordStructure({ kind, label }: Structure, { span }: Site, { recording, path, scopes }: Elaboration): void {
  if (recording === undefined) return
  const key = siteKey(path, 'structure')
  const own = label === undefined ? {} : { label: label.text }
  recording.applications.push({ key, statement: [key], kind, role: 'structure', scopes: scopes.list, span, ...own })
}

function walkUnedited(statement: Structure, place: Place, state: Elaboration): void {
  switch (statement.kind) {
    case 'residual':
      walkResidual(statement, place, state)
      return
    case 'densely':
      walkDensely(statement, place, state)
      return
    case 'parallel':
      walkParallel(statement, place, state)
      return
    default:
      assertNever(statement)
  }
}

/** Adds the body's input to its result, through a strided 1×1 convolution where their shapes differ. */
function walkResidual(statement: ResidualStatement, place: Place, state: Elaboration): void {
  const project = evaluateSetting(statement, environmentOf(place, state))
  const entry = state.current
  const body = walkInner(statement.body, { kind: 'residual', name: 'residual' }, place, state)
  state.trace?.push({ kind: 'residual', project, body })
  if (hasStopped(state) || state.current === entry) return
  const exit = state.current
  const span = headOf(statement)
  const shortcut = projectShortcut(entry, exit, project, span, place, state)
  if (shortcut === undefined) return
  merge('add', [exit, shortcut], span, state)
}

function projectShortcut(
  entry: NodeId,
  exit: NodeId,
  project: string,
  span: Span,
  place: Place,
  state: Elaboration,
): NodeId | undefined {
  if (state.builder === undefined) return undefined
  const from = shapeAt(state.builder, entry)
  const to = shapeAt(state.builder, exit)
  if (printShape(from) === printShape(to)) return entry
  const stride = project === 'never' ? undefined : strideBetween(from, to)
  if (stride === undefined) {
    const why = project === 'never' ? 'project=never forbids a projection' : 'no strided 1x1 convolution leads there'
    state.report.error('WM0356', span, `the body turns ${printShape(from)} into ${printShape(to)}, and ${why}`)
    return undefined
  }
  state.current = entry
  const call = conv({ channels: to[2] ?? 1, k: 1, stride }, span, place, state)
  append({ call, inputs: [entry], role: 'shortcut' }, { span, repetition: undefined }, state)
  return state.current
}

/** The stride with which a 1×1 convolution gives the wanted height and width, if one does. */
function strideBetween(from: Shape, to: Shape): number | undefined {
  const [height, width] = from
  const [wantedHeight, wantedWidth] = to
  if (from.length !== 3 || to.length !== 3) return undefined
  if (height === undefined || width === undefined || wantedHeight === undefined) return undefined
  const gives = (size: number, stride: number) => Math.floor((size - 1) / stride) + 1
  for (let stride = 1; stride <= height; stride++) {
    if (gives(height, stride) === wantedHeight && gives(width, stride) === wantedWidth) return stride
  }
  return undefined
}

/** Puts the body's input and result together on channels. */
function walkDensely(statement: DenselyStatement, place: Place, state: Elaboration): void {
  const entry = state.current
  const body = walkInner(statement.body, { kind: 'densely', name: 'densely' }, place, state)
  state.trace?.push({ kind: 'densely', body })
  if (hasStopped(state) || state.current === entry) return
  merge('concat', [entry, state.current], headOf(statement), state)
}

function walkParallel(statement: ParallelStatement, place: Place, state: Elaboration): void {
  const rule = evaluateSetting(statement, environmentOf(place, state)) === 'add' ? 'add' : 'concat'
  const entry = state.current
  const results: NodeId[] = []
  const branches: (readonly Traced[])[] = []
  statement.branches.forEach((branch, index) => {
    if (hasStopped(state)) return
    state.current = entry
    branches.push(walkInner(branch, { kind: 'branch', name: `branch ${index + 1}` }, place, state))
    results.push(state.current)
  })
  if (hasStopped(state)) return
  state.trace?.push({ kind: 'parallel', merge: rule, branches })
  if (results.length > 1) merge(rule, results, headOf(statement), state)
}

/** Gives the body's plain form, where that is traced. */
function walkInner(body: readonly Statement[], scope: ScopeTag, place: Place, state: Elaboration): readonly Traced[] {
  const outer = state.trace
  const inner: Traced[] = []
  if (outer !== undefined) state.trace = inner
  state.scopes.enter(scope)
  state.path.push(scope.name)
  state.labels.push({ names: new Map() })
  walkBody(body, nestedPlace(place), state)
  state.labels.pop()
  state.path.pop()
  state.scopes.leave()
  if (outer !== undefined) state.trace = outer
  return inner
}

function merge(kind: 'add' | 'concat', inputs: readonly NodeId[], span: Span, state: Elaboration): void {
  // Without shapes there is nothing to merge.
  if (state.recording !== undefined) return
  const call: ResolvedCall = { registry: 'layer', name: kind, args: {} }
  append({ call, inputs, role: 'merge' }, { span, repetition: undefined }, state)
  endStatement(state.builder)
}

function conv(given: Readonly<Record<string, ArgValue>>, span: Span, place: Place, state: Elaboration): ResolvedCall {
  const construct = layers.get('conv')
  if (construct === undefined) throw new Error("the layer 'conv' is not registered")
  const bare = bindNothing({ kind: 'construct', construct }, span)
  const args = new Map(
    Object.entries(given).map(([name, value]) => [
      name,
      { value: { kind: 'number' as const, value: Number(value) }, span },
    ]),
  )
  const call = complete({ ...bare, args }, environmentOf(place, state))
  if (call === undefined) throw new Error('a projection misses an argument')
  return call
}

/** The statement's first word: a caret under a whole body would say nothing. */
function headOf(statement: ResidualStatement | DenselyStatement | ParallelStatement): Span {
  const { file, start } = statement.span
  return { file, start, end: start + statement.kind.length }
}
