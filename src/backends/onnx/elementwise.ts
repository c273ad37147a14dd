import type { Shape } from '../../graph/graph.ts'
import type { Ops } from '../../layers/ops.ts'
import { type Arrangement, permute } from './arrangement.ts'
import type { GraphWriter, Operator } from './graph-writer.ts'
import type { Attributes } from './messages.ts'
import {
  type Activation,
  activationOf,
  commonArrangement,
  type OnnxValue,
  preferredForm,
  type Weight,
} from './value.ts'

type Elementwise =
  | ('add' | 'sub' | 'mul' | 'div' | 'rsqrt')
  | ('relu' | 'leakyRelu' | 'elu' | 'selu' | 'sigmoid' | 'tanh' | 'erf' | 'softmax')

/** What keeps the order of axes that it finds. */
export function elementwiseOps(writer: GraphWriter): Pick<Ops<OnnxValue>, Elementwise> {
  const unary =
    (operator: Operator, attributes: Attributes = {}) =>
    (x: OnnxValue) =>
      applyUnary(writer, operator, activationOf(x), attributes)
  const binary = (operator: Operator) => (a: OnnxValue, b: OnnxValue | number) => applyBinary(writer, operator, a, b)
  return {
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    rsqrt: (x) => unary('Reciprocal')(unary('Sqrt')(x)),
    relu: unary('Relu'),
    leakyRelu: (x, slope) => unary('LeakyRelu', { alpha: { float: slope } })(x),
    elu: unary('Elu'),
    selu: unary('Selu'),
    sigmoid: unary('Sigmoid'),
    tanh: unary('Tanh'),
    erf: unary('Erf'),
    softmax(x) {
      const channels = activationOf(x).shape.length
      const axis = preferredForm(activationOf(x)).arrangement.indexOf(channels)
      return unary('Softmax', { axis })(x)
    },
  }
}

function applyUnary(writer: GraphWriter, operator: Operator, x: Activation, attributes: Attributes): Activation {
  const { name, arrangement } = preferredForm(x)
  return writer.node(operator, [name], { shape: x.shape, arrangement }, attributes)
}

/** Operands broadcast as numpy has it, with their axes in the order in which layers see them. */
function applyBinary(writer: GraphWriter, operator: Operator, a: OnnxValue, b: OnnxValue | number): Activation {
  const operands = typeof b === 'number' ? [a] : [a, b]
  const activations = operands.filter((operand) => operand.kind === 'activation')
  const arrangement = commonArrangement(activations)
  const names = operands.map((operand) =>
    operand.kind === 'activation'
      ? arrangeOperand(writer, operand, arrangement)
      : writeOperand(writer, operand, arrangement),
  )
  if (typeof b === 'number') names.push(writer.float(b))
  const shape = operands.map((operand) => operand.shape).reduce(broadcast)
  return writer.node(operator, names, { shape, arrangement })
}

function arrangeOperand(writer: GraphWriter, x: Activation, arrangement: Arrangement): string {
  if (x.shape.length + 1 === arrangement.length) return writer.arrange(x, arrangement)
  throw new Error(`activations of ${x.shape.length} and ${arrangement.length - 1} dimensions are combined`)
}

/** The weight with its axes under those of the activation beside it; leading ones of length 1 are left out. */
function writeOperand(writer: GraphWriter, weight: Weight, arrangement: Arrangement): string {
  const missing = arrangement.length - weight.shape.length
  if (missing < 1) throw new Error(`${weight.name} has more dimensions than what it is combined with`)
  const padded = [...Array<number>(missing).fill(1), ...weight.shape]
  const sizes = permute(padded, arrangement)
  const perm = arrangement.filter((axis) => axis >= missing).map((axis) => axis - missing)
  return writer.weight(weight, perm, sizes.slice(sizes.findIndex((size) => size !== 1)))
}

function broadcast(a: Shape, b: Shape): Shape {
  const [long, short] = a.length < b.length ? [b, a] : [a, b]
  const missing = long.length - short.length
  return long.map((size, axis) => {
    const other = short[axis - missing] ?? 1
    if (size !== other && size !== 1 && other !== 1) throw new Error(`[${a}] and [${b}] do not broadcast`)
    return Math.max(size, other)
  })
}
