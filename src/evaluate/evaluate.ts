import type { Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { catalog } from '../registry/catalog.ts'
import type { RegistryName, Type } from '../registry/params.ts'
import type { CallExpression, ConditionalExpression, Expression, NameExpression } from '../syntax/ast.ts'
import { alternateName, evaluateAlternate, reportBareAlternate } from './alternate.ts'
import { assertNever } from './assert-never.ts'
import { bindArguments, bindNothing } from './bind.ts'
import { coerce } from './coerce.ts'
import { bounded } from './extent.ts'
import { applyFunction, functionNames, isFunction } from './functions.ts'
import { evaluateIndex, evaluateRange, evaluateSlice } from './lists.ts'
import { evaluateBinary, evaluateUnary } from './operators.ts'
import type { Reporter } from './reporter.ts'
import { lookUp, namesInView, type Scope } from './scope.ts'
import { describeType, numberValue, type Target, targetRegistry, unknown, type Value } from './value.ts'

/** Where an expression is evaluated and where its errors go. */
export interface Environment {
  readonly scope: Scope
  readonly report: Reporter
  /** In a selector's `where`: an argument may be a number here and a word there (`padding == "same"`), which are not equal. */
  readonly comparesKinds?: true
}

/**
 * Evaluates an expression. `expected` only steers the reading of bare words (`same`, `minmax`, `he`);
 * whether the value fits is the caller's to check with `coerce`.
 */
export function evaluate(expression: Expression, env: Environment, expected?: Type): Value {
  switch (expression.kind) {
    case 'number':
      return numberValue(expression.value)
    case 'boolean':
      return { kind: 'bool', value: expression.value }
    case 'string':
      return { kind: 'string', value: expression.value }
    case 'shape':
      return { kind: 'shape', dims: expression.dims }
    case 'name':
      return evaluateName(expression, env, expected)
    case 'call':
      return bounded(evaluateCall(expression, env, expected), expression.span, env)
    case 'list': {
      const items = expression.items.map((item) => evaluate(item, env, elementOf(expected)))
      return bounded({ kind: 'list', items }, expression.span, env)
    }
    case 'range':
      return evaluateRange(expression, env)
    case 'index':
      return evaluateIndex(expression, env)
    case 'slice':
      return evaluateSlice(expression, env)
    case 'unary':
      return evaluateUnary(expression, env)
    case 'binary':
      return evaluateBinary(expression, env)
    case 'conditional':
      return evaluateConditional(expression, env, expected)
    default:
      return assertNever(expression)
  }
}

/** Evaluates and coerces in one go. */
export function evaluateAs(expression: Expression, type: Type, what: string, env: Environment): Value {
  return coerce(evaluate(expression, env, type), type, expression.span, what, env.report)
}

function evaluateName(expression: NameExpression, env: Environment, expected: Type | undefined): Value {
  const name = expression.name.text
  if (expected?.kind === 'label') return { kind: 'word', value: name }
  const binding = lookUp(env.scope, name)
  if (binding?.kind === 'value') return binding.value
  if (binding?.kind === 'missing') return unknown
  if (binding?.kind === 'define') return bindNothing({ kind: 'define', define: binding.define }, expression.span)
  if (binding !== undefined) {
    env.report.error('WM0204', expression.span, `wants a value, found the ${binding.kind} \`${name}\``, {
      labels: [{ span: binding.span, message: 'defined here' }],
    })
    return unknown
  }
  if (wordsOf(expected).includes(name)) return { kind: 'word', value: name }
  const construct = findConstruct(name, registriesOf(expected))
  if (construct !== undefined) return bindNothing(construct, expression.span)
  if (meansAlternate(name, expected)) return reportBareAlternate(expression.span, env)
  reportUnknownName(name, expression.span, env, expected, [])
  return unknown
}

function evaluateCall(expression: CallExpression, env: Environment, expected: Type | undefined): Value {
  const { text, span } = expression.callee
  const binding = lookUp(env.scope, text)
  if (binding === undefined && isFunction(text)) return applyFunction(text, expression, env)
  if (binding === undefined && meansAlternate(text, expected)) return evaluateAlternate(expression, env)
  const callee = binding === undefined ? findCallee(text, span, env, expected) : valueOfBinding(expression, env)
  if (callee.kind === 'call') return bindArguments(callee, expression.args, expression.span, env)
  const callable = callee.kind === 'unknown' && (callee.type === undefined || callee.type.kind === 'call')
  if (!callable) {
    env.report.error('WM0221', span, `\`${text}\` is ${describe(callee)}, which takes no arguments`)
    return unknown
  }
  // The callee is a parameter: its hyperparameters are known only when the network is elaborated.
  for (const argument of expression.args) checkLoosely(argument.value, env)
  return callee
}

/** Where another kind of thing is wanted, an attack say, it is a name like any other. */
function meansAlternate(name: string, expected: Type | undefined): boolean {
  return name === alternateName && (expected?.kind !== 'call' || expected.registry === 'layer')
}

function valueOfBinding(expression: CallExpression, env: Environment): Value {
  return evaluateName({ kind: 'name', name: expression.callee, span: expression.callee.span }, env, undefined)
}

function findCallee(name: string, span: Span, env: Environment, expected: Type | undefined): Value {
  const target = findConstruct(name, registriesOf(expected))
  if (target !== undefined) return bindNothing(target, span)
  reportUnknownName(name, span, env, expected, [...functionNames, alternateName])
  return unknown
}

/** An argument to an unknown callee: only what is certainly wrong is reported; a bare word may be its choice or initializer. */
function checkLoosely(expression: Expression, env: Environment): void {
  if (expression.kind === 'conditional') {
    evaluateAs(expression.condition, { kind: 'bool' }, 'the condition', env)
    checkLoosely(expression.consequent, env)
    checkLoosely(expression.alternative, env)
    return
  }
  if (expression.kind === 'name' && lookUp(env.scope, expression.name.text) === undefined) return
  if (expression.kind === 'call' && lookUp(env.scope, expression.callee.text) === undefined) {
    const known = isFunction(expression.callee.text) || findAnywhere(expression.callee.text) !== undefined
    if (known && !isFunction(expression.callee.text)) return
  }
  evaluate(expression, env)
}

function evaluateConditional(expression: ConditionalExpression, env: Environment, expected: Type | undefined): Value {
  const condition = evaluateAs(expression.condition, { kind: 'bool' }, 'the condition', env)
  if (condition.kind === 'bool') {
    return evaluate(condition.value ? expression.consequent : expression.alternative, env, expected)
  }
  const consequent = evaluate(expression.consequent, env, expected)
  evaluate(expression.alternative, env, expected)
  return consequent.kind === 'unknown' ? consequent : unknown
}

function findConstruct(name: string, registries: readonly RegistryName[]): Target | undefined {
  for (const registry of registries) {
    const construct = catalog[registry].get(name)
    if (construct !== undefined) return { kind: 'construct', construct }
  }
  return undefined
}

const everyRegistry = Object.keys(catalog) as readonly RegistryName[]

function findAnywhere(name: string): Target | undefined {
  return findConstruct(name, everyRegistry)
}

/** The name exists, but stands for something else than is wanted. */
function reportOtherKind(name: string, span: Span, env: Environment, expected: Type | undefined): boolean {
  const elsewhere = findAnywhere(name)
  const found =
    elsewhere !== undefined
      ? article(targetRegistry(elsewhere))
      : name === alternateName
        ? 'for layers'
        : isFunction(name)
          ? 'a function'
          : undefined
  if (found === undefined) return false
  const wanted = expected !== undefined ? describeType(expected) : elsewhere === undefined ? 'a value' : 'a layer'
  const hints = isFunction(name) ? [`call it: ${name}(…)`] : []
  env.report.error('WM0202', span, `\`${name}\` is ${found}, wanted ${wanted}`, { hints })
  return true
}

function reportUnknownName(
  name: string,
  span: Span,
  env: Environment,
  expected: Type | undefined,
  functions: readonly string[],
): void {
  if (reportOtherKind(name, span, env, expected)) return
  const registries = registriesOf(expected)
  const wanted = expected?.kind === 'call' ? expected.registry : undefined
  const candidates = [
    ...namesInView(env.scope),
    ...wordsOf(expected),
    ...registries.flatMap((registry) => [...catalog[registry].keys()]),
    ...functions,
  ]
  const close = suggest(name, candidates)
  const words = wordsOf(expected)
  const hints =
    close !== undefined
      ? [`did you mean \`${close}\`?`]
      : words.length > 0
        ? [`it can be ${words.join(', ')}`]
        : wanted !== undefined && wanted !== 'layer'
          ? [`known: ${[...catalog[wanted].keys()].join(', ')}`]
          : []
  const noun =
    wanted !== undefined
      ? registryNouns[wanted]
      : expected === undefined
        ? 'layer, parameter or value'
        : 'parameter or value'
  env.report.error('WM0201', span, `there is no ${noun} \`${name}\``, { hints })
}

/** What an entry of each registry is called in messages. */
export const registryNouns: Readonly<Record<RegistryName, string>> = {
  layer: 'layer',
  init: 'initializer',
  optimizer: 'optimizer',
  loss: 'loss',
  keep: 'rule for the weights to keep',
  dataset: 'data set',
  augment: 'augmentation',
  noise: 'noise',
  attack: 'attack',
  measure: 'measure',
  explain: 'explanation',
}

function article(registry: RegistryName): string {
  return `${/^[aeiou]/.test(registryNouns[registry]) ? 'an' : 'a'} ${registryNouns[registry]}`
}

function describe(value: Value): string {
  if (value.kind === 'unknown') return value.type === undefined ? 'a value' : describeType(value.type)
  return value.kind === 'list' ? 'a list' : `a ${value.kind}`
}

/** The registries in which a bare name is looked up; layers where nothing else is expected. */
function registriesOf(expected: Type | undefined): readonly RegistryName[] {
  if (expected === undefined) return ['layer']
  if (expected.kind === 'call') return [expected.registry]
  if (expected.kind === 'either') return expected.options.flatMap(registriesOf)
  return []
}

function wordsOf(expected: Type | undefined): readonly string[] {
  if (expected?.kind === 'choice') return expected.options
  if (expected?.kind === 'either') return expected.options.flatMap(wordsOf)
  return []
}

function elementOf(expected: Type | undefined): Type | undefined {
  return expected?.kind === 'list' ? expected.element : undefined
}
