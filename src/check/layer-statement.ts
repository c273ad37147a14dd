import { coerce } from '../evaluate/coerce.ts'
import { type Environment, evaluate } from '../evaluate/evaluate.ts'
import type { CallValue, Value } from '../evaluate/value.ts'
import type { Type } from '../registry/params.ts'
import type { Argument, Expression, LayerStatement } from '../syntax/ast.ts'

const layerType: Type = { kind: 'call', registry: 'layer' }

/** The two arguments that belong to `block` and not to its layer. */
export type BlockArgument = 'norm' | 'act'

export function isBlockArgument(name: string): name is BlockArgument {
  return name === 'norm' || name === 'act'
}

/** What `default norm = …` and `default act = …` said. */
export type BlockDefaults = Readonly<Partial<Record<BlockArgument, CallValue>>>

/** What a layer statement applies: the layer, and for a block what was said of norm and activation. */
export interface EvaluatedLayer {
  readonly layer: Value
  readonly norm?: Value
  readonly act?: Value
}

/** Takes `norm=` and `act=` of a block apart from the layer's own arguments, and evaluates all three. */
export function evaluateLayerStatement(statement: LayerStatement, env: Environment): EvaluatedLayer {
  const { layer } = statement
  const own = (argument: Argument) => argument.name !== undefined && isBlockArgument(argument.name.text)
  if (!statement.block || layer.kind !== 'call') return { layer: evaluateLayer(layer, 'this statement', env) }
  const applied = layer.args.some(own) ? { ...layer, args: layer.args.filter((argument) => !own(argument)) } : layer
  const result: { layer: Value; norm?: Value; act?: Value } = { layer: evaluateLayer(applied, '`block`', env) }
  for (const argument of layer.args) {
    const name = argument.name?.text
    if (name === undefined || !isBlockArgument(name)) continue
    if (result[name] === undefined) result[name] = evaluateLayer(argument.value, `\`${name}\` of \`block\``, env)
    else env.report.error('WM0207', argument.span, `\`${name}\` of this block is given again`)
  }
  return result
}

export function evaluateLayer(expression: Expression, what: string, env: Environment): Value {
  return coerce(evaluate(expression, env, layerType), layerType, expression.span, what, env.report)
}
