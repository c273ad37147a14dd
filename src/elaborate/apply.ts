import type { EvaluatedLayer } from '../check/layer-statement.ts'
import { contains, type Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { bindNothing, complete, requireArguments } from '../evaluate/bind.ts'
import { createScope } from '../evaluate/scope.ts'
import type { CallValue, DefineInfo, Value } from '../evaluate/value.ts'
import type { NodeId, NodeRole } from '../graph/graph.ts'
import { layers } from '../layers/index.ts'
import type { LayerProblem } from '../layers/layer.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import type { ArgValue, Params } from '../registry/params.ts'
import type { LayerStatement } from '../syntax/ast.ts'
import type { SiteRole } from './edits.ts'
import { bindParameters, type Elaboration, type Setting } from './elaborate.ts'
import { addNode, endStatement } from './graph-builder.ts'
import { type Place, walkBody } from './walk.ts'

/** One layer value to apply, and what it is in its statement. */
export interface Part {
  readonly call: Value
  readonly role: Exclude<SiteRole, 'structure'>
}

/** Where a layer is applied: the statement, and the repetition of it that gets a message. */
export interface SitePlace {
  readonly span: Span
  readonly repetition: number | undefined
}

/** As selectors see it. */
export interface Site extends SitePlace {
  /** The parts of its statement in order, and the statement's label. */
  readonly roles: readonly SiteRole[]
  readonly label: string | undefined
  /** Called when the statement begins, behind what diffs insert before it. */
  readonly onStart?: () => void
  /** Called when the statement has its result: a label stays with it, before what diffs insert after it. */
  readonly onResult?: () => void
}

/** A block is its layer, its norm and its activation; what it does not say comes from the defaults. */
export function blockParts(statement: LayerStatement, evaluated: EvaluatedLayer, place: Place): readonly Part[] {
  const layer: Part = { call: evaluated.layer, role: 'layer' }
  if (!statement.block) return [layer]
  const norm = evaluated.norm ?? place.defaults.norm ?? builtIn('none', statement.span)
  const act = evaluated.act ?? place.defaults.act ?? builtIn('relu', statement.span)
  return [layer, { call: norm, role: 'norm' }, { call: act, role: 'activation' }]
}

function builtIn(name: string, span: Span): CallValue {
  const construct = layers.get(name)
  if (construct === undefined) throw new Error(`the layer '${name}' is not registered`)
  return bindNothing({ kind: 'construct', construct }, span)
}

/** A part whose layer is known. */
export interface AppliedPart extends Part {
  readonly call: CallValue
}

/** Applies a layer value to the current result. */
export function applyLayer(part: AppliedPart, site: Site, place: Place, state: Elaboration): void {
  const { call, role } = part
  if (call.target.kind === 'define') applyDefine(call, call.target.define, role, site, state)
  else if (state.recording === undefined) applyConstruct(part, site, place, state)
}

function applyConstruct(part: AppliedPart, site: Site, place: Place, state: Elaboration): void {
  const { call, role } = part
  const env = { scope: place.scope, report: state.report }
  if (!requireArguments(call, env, site.span)) return
  const resolved = complete(call, env)
  if (resolved === undefined) return
  const { call: plain, edges } = takeLabels(resolved, call, state)
  if (edges === undefined) return
  append({ call: plain, inputs: [state.current, ...edges], role, source: call }, site, state)
}

export interface Appended {
  readonly call: ResolvedCall
  readonly inputs: readonly NodeId[]
  readonly role: NodeRole
  /** The layer value as written, for the caret; absent for what the language adds itself. */
  readonly source?: CallValue
}

/** Adds a node and makes it the current result, or reports why it does not fit. */
export function append(appended: Appended, site: SitePlace, state: Elaboration): void {
  if (state.builder === undefined) throw new Error('a node before the input')
  const { call, inputs, role } = appended
  const added = addNode(state.builder, {
    call,
    inputs,
    role,
    span: site.span,
    repetition: state.repetition,
    scopes: state.scopes.list,
    site: state.path.site,
  })
  if (typeof added !== 'number') {
    reportProblem(added, appended, site, state)
    return
  }
  const isOwn = role !== 'merge' && role !== 'shortcut' && added !== inputs[0]
  if (isOwn) state.trace?.push({ kind: 'node', call, edges: inputs.slice(1), statement: state.builder.statement })
  state.current = added
}

function reportProblem(problem: LayerProblem, appended: Appended, site: SitePlace, state: Elaboration): void {
  const { source, call } = appended
  const argument = problem.parameter === undefined ? undefined : source?.args.get(problem.parameter)
  const inside = argument !== undefined && contains(site.span, argument.span)
  const subject = site.repetition === undefined ? call.name : `repetition ${site.repetition}`
  const circumstances = state.circumstances.length === 0 ? '' : `with ${state.circumstances.join(', ')}: `
  const label =
    argument !== undefined && !inside
      ? [{ span: argument.span, message: `\`${problem.parameter}\` is given here` }]
      : source !== undefined && !contains(site.span, source.span)
        ? [{ span: source.span, message: 'this layer' }]
        : []
  const message = `${circumstances}${subject} ${problem.message}`
  const details = { labels: label, hints: hintsFor(problem, site) }
  state.report.error(problem.code, inside ? argument.span : site.span, message, details)
}

function hintsFor(problem: LayerProblem, site: SitePlace): readonly string[] {
  const fits = (site.repetition ?? 1) - 1
  return [
    ...(problem.hint === undefined ? [] : [problem.hint]),
    ...(fits > 0 ? [`the first ${fits === 1 ? 'one fits' : `${fits} fit`}: x${fits}`] : []),
  ]
}

/** Turns label arguments into edges: they are part of the graph, not of the layer. */
function takeLabels(
  resolved: ResolvedCall,
  call: CallValue,
  state: Elaboration,
): { readonly call: ResolvedCall; readonly edges: readonly NodeId[] | undefined } {
  const args: Record<string, ArgValue> = {}
  const edges: NodeId[] = []
  const { target } = call
  const params = target.kind === 'construct' ? target.construct.params : {}
  if (!takesLabels(params)) return { call: resolved, edges }
  for (const [name, value] of Object.entries(resolved.args)) {
    if (params[name]?.type.kind !== 'label') args[name] = value
    else {
      const span = call.args.get(name)?.span ?? call.span
      const edge = findLabel(String(value), span, state)
      if (edge === undefined) return { call: resolved, edges: undefined }
      edges.push(edge)
    }
  }
  return { call: { ...resolved, args }, edges }
}

function takesLabels(params: Params): boolean {
  for (const name in params) if (params[name]?.type.kind === 'label') return true
  return false
}

function findLabel(label: string, span: Span, state: Elaboration): NodeId | undefined {
  for (let depth = state.labels.length - 1; depth >= 0; depth--) {
    const frame = state.labels[depth]
    const found = frame?.names.get(label)
    if (found !== undefined) return found.id
    // A define sees its own labels; a layer that it was given may name those of its caller.
    if (frame?.define !== undefined && contains(frame.define, span)) break
  }
  if (reportOutOfView(label, span, state)) return undefined
  const known = state.labels.flatMap(({ names }) => [...names.keys()])
  const close = suggest(label, known)
  const hint =
    close !== undefined
      ? `did you mean \`${close}\`?`
      : known.length > 0
        ? `labels so far: ${known.join(', ')}`
        : 'name an earlier result with `as`, e.g. `block conv(8) as stem`'
  state.report.error('WM0222', span, `no earlier layer is labelled \`${label}\``, { hints: [hint] })
  return undefined
}

/** A label of an earlier layer, given in a body that has ended. */
function reportOutOfView(label: string, span: Span, state: Elaboration): boolean {
  const node = state.builder?.nodes[(state.builder.labels.get(label) ?? 0) - 1]
  if (node === undefined) return false
  state.report.error('WM0222', span, `\`${label}\` is out of view: its body has ended`, {
    labels: [{ span: node.origin.span, message: `\`${label}\` is the result of this` }],
    hints: ['a body keeps its labels; label the result of a whole structure: `residual { … } as name`'],
  })
  return true
}

function applyDefine(call: CallValue, define: DefineInfo, role: Part['role'], site: Site, state: Elaboration): void {
  if (state.network.wrongDefines.has(define)) {
    state.failed = true
    return
  }
  const { name } = define.declaration
  const scope = createScope(define.scope)
  const env = { scope, report: state.report }
  if (!requireArguments(call, env, site.span)) return
  const settings = new Map<string, Setting>([...call.args].map(([key, { value, span }]) => [key, { value, span }]))
  if (!bindParameters(define.parameters, settings, env)) return
  state.scopes.enter({ kind: 'define', name: name.text })
  // The body's statements are its own, not parts of a block whose norm or activation the define is.
  endStatement(state.builder)
  // A block may take one define as its layer and as its norm: their sites must differ.
  state.path.push(role === 'layer' ? name.text : `${role}:${name.text}`)
  state.labels.push({ names: new Map(), define: define.declaration.span })
  walkBody(define.declaration.body, { scope, defaults: state.network.fileDefaults.get(define.scope) ?? {} }, state)
  state.labels.pop()
  state.path.pop()
  state.scopes.leave()
}
