import type { BlockDefaults } from '../check/layer-statement.ts'
import { bindValue } from '../check/signatures.ts'
import { contains, type Label, type Span } from '../diagnostics/diagnostic.ts'
import { coerce } from '../evaluate/coerce.ts'
import { type Environment, evaluate } from '../evaluate/evaluate.ts'
import { createReporter, type Reporter } from '../evaluate/reporter.ts'
import { createScope, type Scope } from '../evaluate/scope.ts'
import type { CheckedParameter, DefineInfo, Value } from '../evaluate/value.ts'
import { type Graph, inputId, type NodeId } from '../graph/graph.ts'
import type { NetworkDeclaration } from '../syntax/ast.ts'
import { type Edits, noEdits } from './edits.ts'
import { finishGraph, type GraphBuilder } from './graph-builder.ts'
import { createRecording, type Recording } from './record.ts'
import { createScopePath, type ScopePath } from './scope-path.ts'
import { createSitePath, type SitePath } from './site-path.ts'
import type { Traced } from './trace.ts'
import { walkBody } from './walk.ts'

/** What a variant says of one parameter. */
export interface Setting {
  readonly value: Value
  /** The diff in the source. */
  readonly span: Span
}

/** A network with its signature checked. */
export interface CheckedNetwork {
  readonly declaration: NetworkDeclaration
  readonly scope: Scope
  readonly parameters: readonly CheckedParameter[]
  /** `default norm = …` at file level, by the scope of each file: a define's blocks follow its own file. */
  readonly fileDefaults: ReadonlyMap<Scope, BlockDefaults>
  /** Defines with a mistake, which was reported: a network that uses one has no graph. */
  readonly wrongDefines: ReadonlySet<DefineInfo>
}

/** The labels of one body. */
export interface LabelFrame {
  readonly names: Map<string, { readonly id: NodeId; readonly span: Span }>
  /** Where the define stands whose body it is. */
  readonly define?: Span
}

/** Everything that changes while a network's body is walked. */
export interface Elaboration {
  readonly network: CheckedNetwork
  readonly report: Reporter
  /** Set by `input`. */
  builder: GraphBuilder | undefined
  current: NodeId
  /** Statements walked: loops that add no layer must end too. */
  steps: number
  /** A value is unknown whose fault was reported elsewhere (a failed import): no graph, and no further message. */
  failed: boolean
  /** Counters of the repeats and loops around, the outermost first. Replaced, never changed: nodes keep it. */
  repetition: readonly number[]
  readonly scopes: ScopePath
  readonly path: SitePath
  /** Labels in view, innermost last. */
  readonly labels: LabelFrame[]
  /** Loop variables and their values, for messages. */
  readonly circumstances: string[]
  /** What structural diffs do, by site. */
  readonly edits: Edits
  /** Uses so far of each `alternate`. */
  readonly counters: Map<string, number>
  /** Where applications are noted in place of being applied: see `recordApplications`. */
  readonly recording?: Recording
  /** Where the plain form of what is applied is noted, for writing it as a file. */
  trace?: Traced[]
}

/** What makes a variant of a network. */
export interface Recipe {
  readonly settings: ReadonlyMap<string, Setting>
  readonly edits?: Edits
}

interface ElaborateOptions extends Recipe {
  /** Places that every message of this elaboration points at: the variant's diffs. */
  readonly context?: readonly Label[]
  /** Receives the plain form of the network. */
  readonly trace?: Traced[]
}

/**
 * Evaluates a network with some of its parameters set, into a shaped graph. The graph is absent where
 * there are errors; elaboration stops at the first, since what follows depends on it.
 */
export function elaborate(network: CheckedNetwork, options: ElaborateOptions, report: Reporter): Graph | undefined {
  const { settings, context = [], trace } = options
  const inner = createReporter()
  const state: Elaboration = { ...begin(network, options, inner), ...(trace === undefined ? {} : { trace }) }
  walkNetwork(settings, state)
  if (inner.errorCount() === 0 && !state.failed) reportEmpty(state)
  const { builder } = state
  for (const diagnostic of inner.diagnostics) {
    report.diagnostics.push({ ...diagnostic, labels: [...diagnostic.labels, ...contextFor(diagnostic.span, context)] })
  }
  if (inner.errorCount() > 0 || state.failed || builder === undefined) return undefined
  return finishGraph(builder, network.declaration.name.text, state.current)
}

/**
 * Every layer, define and structure that the network applies, without inferring a shape: what selectors choose from.
 * Undefined where the network cannot be walked; elaborating it says why.
 */
export function recordApplications(network: CheckedNetwork, recipe: Recipe): Recording | undefined {
  const recording = createRecording()
  const state: Elaboration = { ...begin(network, recipe, createReporter()), recording }
  walkNetwork(recipe.settings, state)
  return hasStopped(state) ? undefined : recording
}

function begin(network: CheckedNetwork, { edits = noEdits }: Recipe, report: Reporter): Elaboration {
  return {
    network,
    report,
    builder: undefined,
    current: inputId,
    steps: 0,
    failed: false,
    repetition: [],
    scopes: createScopePath(),
    path: createSitePath(),
    labels: [{ names: new Map() }],
    circumstances: [],
    edits,
    counters: new Map(),
  }
}

function walkNetwork(settings: ReadonlyMap<string, Setting>, state: Elaboration): void {
  const { network } = state
  const scope = createScope(network.scope)
  if (!bindParameters(network.parameters, settings, { scope, report: state.report })) state.failed = true
  else walkBody(network.declaration.body, { scope, defaults: network.fileDefaults.get(network.scope) ?? {} }, state)
}

/** After an error, or an unknown value, nothing that follows can be trusted. */
export function hasStopped(state: Elaboration): boolean {
  return state.failed || state.report.errorCount() > 0
}

/** A diff that is the primary place already is not pointed at again. */
function contextFor(span: Span | undefined, context: readonly Label[]): readonly Label[] {
  return context.filter((label) => span === undefined || !contains(span, label.span))
}

/** Binds each parameter to its setting or default, in order, so that defaults may use earlier parameters. */
export function bindParameters(
  parameters: readonly CheckedParameter[],
  settings: ReadonlyMap<string, Setting>,
  env: Environment,
): boolean {
  const before = env.report.errorCount()
  for (const parameter of parameters) {
    const value = settings.get(parameter.name)?.value ?? defaultValue(parameter, env)
    if (value === undefined) return false
    bindValue(env.scope, parameter.name, value, parameter.span ?? { file: '', start: 0, end: 0 })
  }
  return env.report.errorCount() === before
}

/** Undefined where there is none: the caller has reported that the argument is missing, or does so. */
function defaultValue(parameter: CheckedParameter, env: Environment): Value | undefined {
  if (parameter.default?.kind !== 'expression') return undefined
  const { expression } = parameter.default
  const value = evaluate(expression, env, parameter.type)
  return coerce(value, parameter.type, expression.span, `\`${parameter.name}\``, env.report)
}

function reportEmpty(state: Elaboration): void {
  const { name } = state.network.declaration
  if (state.builder === undefined) {
    state.report.error('WM0350', name.span, `${name.text} has no \`input\``, {
      hints: ['begin the body with, say, `input 28x28x1 in [0, 1]`'],
    })
  } else if (state.builder.nodes.length === 0) {
    state.report.error('WM0355', name.span, `${name.text} has an input and no layer`)
  }
}
