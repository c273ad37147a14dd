import type { Shape } from '../../graph/graph.ts'
import type { Moments, Ops } from '../../layers/ops.ts'
import { type Arrangement, asWritten, nchw, reshapeArrangement } from './arrangement.ts'
import { elementwiseOps } from './elementwise.ts'
import type { GraphWriter } from './graph-writer.ts'
import { type Activation, activationOf, commonArrangement, type OnnxValue, preferredForm, weightOf } from './value.ts'

export function shapeOps(writer: GraphWriter): Pick<Ops<OnnxValue>, 'reshape' | 'concat' | 'ones'> {
  return {
    reshape: (x, shape) => (String(shape) === String(x.shape) ? x : reshape(writer, activationOf(x), shape)),
    concat(parts) {
      const given = parts.map(activationOf)
      const arrangement = commonArrangement(given)
      const [first = []] = given.map((part) => part.shape)
      const channels = given.reduce((sum, part) => sum + (part.shape.at(-1) ?? 0), 0)
      const names = given.map((part) => writer.arrange(part, arrangement))
      const result = { shape: [...first.slice(0, -1), channels], arrangement }
      return writer.node('Concat', names, result, { axis: arrangement.indexOf(first.length) })
    },
    ones(shape) {
      const size = shape.reduce((product, length) => product * length, 1)
      return { kind: 'weight', name: `ones/${shape.join('x')}`, shape, values: new Float32Array(size).fill(1) }
    },
  }
}

/** Rewrites the sizes of a form that has the elements in such an order; else of the one with its axes as layers see them. */
function reshape(writer: GraphWriter, x: Activation, shape: Shape): Activation {
  const fitting = [preferredForm(x), ...x.forms].flatMap((form) => {
    const arrangement = reshapeArrangement(form.arrangement, x.shape, shape)
    return arrangement === undefined ? [] : [{ from: form.arrangement, arrangement }]
  })
  const plain = { from: asWritten(x.shape.length), arrangement: asWritten(shape.length) }
  const { from, arrangement } = fitting[0] ?? plain
  // Zero keeps the size at that place, −1 is what is left over: the batch.
  const batch = from.indexOf(0) === arrangement.indexOf(0) ? 0 : -1
  const sizes = arrangement.map((axis) => (axis === 0 ? batch : (shape[axis - 1] ?? 0)))
  return writer.node('Reshape', [writer.arrange(x, from), writer.ints(sizes)], { shape, arrangement })
}

type Statistic = 'sum' | 'mean' | 'moments' | 'batchNorm' | 'layerNorm'

export function statisticOps(writer: GraphWriter): Pick<Ops<OnnxValue>, Statistic> {
  const { add, sub, mul, rsqrt } = elementwiseOps(writer)
  const moments = (x: OnnxValue, axes: readonly number[], keepDims: boolean): Moments<OnnxValue> => {
    const mean = reduce(writer, 'ReduceMean', activationOf(x), axes, true)
    const distance = sub(x, mean)
    return {
      mean: keepDims ? mean : reduce(writer, 'ReduceMean', activationOf(x), axes, false),
      variance: reduce(writer, 'ReduceMean', activationOf(mul(distance, distance)), axes, keepDims),
    }
  }
  return {
    sum: (x, axes) => reduce(writer, 'ReduceSum', activationOf(x), axes, false),
    mean: (x, axes) => reduce(writer, 'ReduceMean', activationOf(x), axes, false),
    moments,
    batchNorm(x, { gamma, beta, mean, variance }, epsilon) {
      const { shape } = activationOf(x)
      // Channels stand second; a vector has nothing else.
      const arrangement = shape.length === 1 ? asWritten(1) : nchw
      const vectors = [gamma, beta, mean, variance].map((vector) => writer.weight(weightOf(vector), [0]))
      const inputs = [writer.arrange(activationOf(x), arrangement), ...vectors]
      return writer.node('BatchNormalization', inputs, { shape, arrangement }, { epsilon: { float: epsilon } })
    },
    // ONNX's own would want channels last. Runtimes also take its variance for E[x²] − E[x]², which cancels.
    layerNorm(x, gamma, beta, epsilon) {
      const { mean, variance } = moments(x, [activationOf(x).shape.length], true)
      const normal = mul(sub(x, mean), rsqrt(add(variance, epsilon)))
      return add(mul(normal, gamma), beta)
    },
  }
}

function reduce(
  writer: GraphWriter,
  operator: 'ReduceMean' | 'ReduceSum',
  x: Activation,
  axes: readonly number[],
  keepDims: boolean,
): Activation {
  if (axes.includes(0)) throw new Error('the ONNX export takes no statistics over the batch')
  const form = preferredForm(x)
  const places = axes.map((axis) => form.arrangement.indexOf(axis)).sort((a, b) => a - b)
  const kept = form.arrangement.filter((axis) => !axes.includes(axis))
  const result = keepDims
    ? { shape: x.shape.map((size, i) => (axes.includes(i + 1) ? 1 : size)), arrangement: form.arrangement }
    : { shape: x.shape.filter((_, i) => !axes.includes(i + 1)), arrangement: renumber(kept) }
  const flag = { keepdims: keepDims ? 1 : 0 }
  // Of the two, opset 17 takes the axes of sums alone as an input.
  return operator === 'ReduceSum'
    ? writer.node(operator, [form.name, writer.ints(places)], result, flag)
    : writer.node(operator, [form.name], result, { axes: places, ...flag })
}

/** The order of the axes that are left, counted anew. */
function renumber(kept: Arrangement): Arrangement {
  const ascending = kept.toSorted((a, b) => a - b)
  return kept.map((axis) => ascending.indexOf(axis))
}
