import { evaluateLayerStatement } from '../../check/layer-statement.ts'
import type { Span } from '../../diagnostics/diagnostic.ts'
import type { CheckedNetwork, Setting } from '../../elaborate/elaborate.ts'
import { assertNever } from '../../evaluate/assert-never.ts'
import { coerce } from '../../evaluate/coerce.ts'
import { createReporter } from '../../evaluate/reporter.ts'
import { createScope, type Scope } from '../../evaluate/scope.ts'
import { type CallValue, type CheckedParameter, type DefineInfo, targetName, type Value } from '../../evaluate/value.ts'
import type { LayerStatement, Statement } from '../../syntax/ast.ts'
import {
  environmentIn,
  evaluateIn,
  type Flow,
  type Following,
  followExpression,
  isMoving,
  obstruct,
  placeKey,
  requireFixed,
} from './follow-expression.ts'

/** Arguments that a layer's cost and weights never fall with: a test holds every layer to it. */
export const widthArguments: ReadonlySet<string> = new Set(['channels', 'units'])

/** Beyond this many statements a network is not followed: each candidate is tried. */
const maxSteps = 100_000
const maxDefines = 100

export function createFollowing(): Following {
  return {
    report: createReporter(),
    obstacle: undefined,
    bent: new Set(),
    bentPlaces: new Set(),
    parameters: new Set(widthArguments),
    defines: [],
    steps: 0,
  }
}

/**
 * Follows moving values through a network: by names, loops, defines and layer values to the arguments that they end in.
 * What does not move is evaluated, so that only branches taken are followed. `settings` hold unknown values where a target moves.
 */
export function followNetwork(network: CheckedNetwork, settings: ReadonlyMap<string, Setting>, state: Following): void {
  const scope = createScope(network.scope)
  for (const parameter of network.parameters) {
    const setting = settings.get(parameter.name)
    if (setting === undefined) bindDefault(parameter, scope, state)
    else bind(parameter.name, setting.value, setting.span, 'affine', scope, state)
  }
  followBody(network.declaration.body, scope, state)
}

function bindDefault(parameter: CheckedParameter, scope: Scope, state: Following): void {
  const { name, type, span = noSpan, default: initial } = parameter
  if (initial?.kind !== 'expression') return
  const flow = followExpression(initial.expression, scope, state)
  const value = coerce(evaluateIn(initial.expression, scope, state), type, span, name, state.report)
  bind(name, value, span, flow, scope, state)
}

const noSpan: Span = { file: '', start: 0, end: 0 }

function bind(name: string, value: Value, span: Span, flow: Flow, scope: Scope, state: Following): void {
  const binding = { kind: 'value', value, span } as const
  scope.bindings.set(name, binding)
  if (flow === 'bent') state.bent.add(binding)
}

function followBody(body: readonly Statement[], scope: Scope, state: Following): void {
  for (const statement of body) {
    countStep(statement, state)
    if (state.obstacle !== undefined) return
    followStatement(statement, scope, state)
  }
}

function followStatement(statement: Statement, scope: Scope, state: Following): void {
  switch (statement.kind) {
    case 'input':
      requireFixed(statement.shape, 'the input', scope, state)
      if (statement.range !== undefined) requireFixed(statement.range, 'the input', scope, state)
      return
    case 'let': {
      const flow = followExpression(statement.value, scope, state)
      bind(statement.name.text, evaluateIn(statement.value, scope, state), statement.span, flow, scope, state)
      return
    }
    case 'require':
      // It may rule candidates out; it changes none.
      return
    case 'default':
      requireFixed(statement.value, '`default`', scope, state)
      return
    case 'if': {
      requireFixed(statement.condition, 'a condition', scope, state)
      const condition = evaluateIn(statement.condition, scope, state)
      const taken = condition.kind === 'bool' && condition.value ? statement.consequent : statement.alternative
      followBody(taken ?? [], createScope(scope), state)
      return
    }
    case 'for':
      followLoop(statement, scope, state)
      return
    case 'layer':
      if (statement.repeat !== undefined) requireFixed(statement.repeat.count, 'a repeat', scope, state)
      followLayerStatement(statement, scope, state)
      return
    case 'residual':
    case 'densely':
    case 'parallel':
      followStructure(statement, scope, state)
      return
    default:
      assertNever(statement)
  }
}

function countStep({ span }: Statement, state: Following): void {
  state.steps++
  if (state.steps > maxSteps) obstruct(span, `there are more than ${maxSteps} statements to look at`, state)
}

function followLoop(statement: Statement & { kind: 'for' }, scope: Scope, state: Following): void {
  const { list, variable, body } = statement
  const flow = followExpression(list, scope, state)
  const value = evaluateIn(list, scope, state)
  if (value.kind !== 'list') {
    obstruct(list.span, 'a loop depends on what is moved', state)
    return
  }
  for (const item of value.items) {
    if (body.length === 0) countStep(statement, state)
    if (state.obstacle !== undefined) return
    const inner = createScope(scope)
    bind(variable.text, item, variable.span, flow, inner, state)
    followBody(body, inner, state)
  }
}

function followStructure(
  statement: Statement & { kind: 'residual' | 'densely' | 'parallel' },
  scope: Scope,
  state: Following,
): void {
  if (statement.repeat !== undefined) requireFixed(statement.repeat.count, 'a repeat', scope, state)
  for (const { value } of statement.kind === 'densely' ? [] : statement.args) {
    requireFixed(value, `a setting of \`${statement.kind}\``, scope, state)
  }
  const bodies = statement.kind === 'parallel' ? statement.branches : [statement.body]
  for (const body of bodies) followBody(body, createScope(scope), state)
}

function followLayerStatement(statement: LayerStatement, scope: Scope, state: Following): void {
  if (followExpression(statement.layer, scope, state) === 'fixed') return
  const { layer, norm, act } = evaluateLayerStatement(statement, environmentIn(scope, state))
  for (const value of [layer, norm, act]) {
    if (value !== undefined) followLayer(value, statement.layer.span, state)
  }
}

/** Follows the moving arguments of a layer value that is applied at a place. */
export function followLayer(value: Value, place: Span, state: Following): void {
  if (state.obstacle !== undefined || !isMoving(value)) return
  if (value.kind !== 'call') obstruct(place, 'which layer stands here depends on what is moved', state)
  else if (value.target.kind === 'alternate') {
    for (const option of value.target.options) followLayer(option, place, state)
  } else if (value.target.kind === 'define') followDefine(value, value.target.define, place, state)
  else followConstruct(value, place, state)
}

function followConstruct(call: CallValue, place: Span, state: Following): void {
  for (const [name, argument] of call.args) {
    if (!isMoving(argument.value)) continue
    if (!widthArguments.has(name)) {
      obstruct(argument.span, `\`${name}\` of ${targetName(call.target)} depends on what is moved`, state)
    }
    if (state.bentPlaces.has(placeKey(argument.span))) state.bentPlaces.add(placeKey(place))
  }
}

function followDefine(call: CallValue, define: DefineInfo, place: Span, state: Following): void {
  if (state.defines.includes(define) || state.defines.length >= maxDefines) {
    obstruct(place, `${targetName(call.target)} lies too deep to look into`, state)
    return
  }
  const scope = createScope(define.scope)
  for (const parameter of define.parameters) {
    const { name } = parameter
    const argument = call.args.get(name)
    if (argument === undefined) bindDefault(parameter, scope, state)
    else {
      const isBent = state.bentPlaces.has(placeKey(argument.span))
      bind(name, argument.value, argument.span, isBent ? 'bent' : 'affine', scope, state)
      if (isMoving(argument.value)) state.parameters.add(name)
    }
  }
  state.defines.push(define)
  followBody(define.declaration.body, scope, state)
  state.defines.pop()
}
