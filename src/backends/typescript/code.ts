import type { Shape } from '../../graph/graph.ts'
import type { Ops } from '../../layers/ops.ts'

/** A value of the program that is being written: an operation on others, and the shape that it has (without the batch). */
export interface Code {
  /** The expression, given those of `inputs`. */
  readonly write: (inputs: readonly string[]) => string
  readonly inputs: readonly Code[]
  readonly shape: Shape
  /** Names the value where it is used more than once. */
  readonly hint: string
  /** A variable, which may be written again and again: an input or a weight. */
  readonly isLeaf: boolean
  /** Of `moments`: its two results are parts of one value. */
  readonly pair?: Code
}

export function leaf(text: string, shape: Shape): Code {
  return { write: () => text, inputs: [], shape, hint: text, isLeaf: true }
}

function operation(
  hint: string,
  shape: Shape,
  inputs: readonly (Code | number)[],
  write: (inputs: readonly string[]) => string,
): Code {
  const codes = inputs.filter((input) => typeof input !== 'number')
  const writeAll = (texts: readonly string[]): string => {
    const pending = [...texts]
    return write(inputs.map((input) => (typeof input === 'number' ? printNumber(input) : (pending.shift() ?? ''))))
  }
  return { write: writeAll, inputs: codes, shape, hint, isLeaf: false }
}

/** `name(x, …rest)`: tfjs's own where the name begins with `tf.`, else a function that the module gets a copy of. */
function call(name: string, shape: Shape, inputs: readonly (Code | number)[], ...rest: readonly string[]): Code {
  // A variable must not hide the function that it comes from.
  const hint = name.startsWith('tf.') ? name.slice(3) : 'y'
  return operation(hint, shape, inputs, (texts) => `${name}(${[...texts, ...rest].join(', ')})`)
}

/** Layers written down as TypeScript. */
export const codeOps: Ops<Code> = {
  shapeOf: ({ shape }) => shape,

  conv2d(x, kernel, bias, { stride, padding, dilation = 1, groups = 1 }) {
    const [k = 1, , , channels = 0] = kernel.shape
    const size = slide(x.shape, (k - 1) * dilation + 1, stride, padding)
    const step = printStep({ stride, padding, dilation, groups })
    const inputs = bias === undefined ? [x, kernel] : [x, kernel, bias]
    const rest = step === null ? [] : bias === undefined ? ['null', step] : [step]
    return call('conv2d', [...size, channels], inputs, ...rest)
  },
  depthwiseConv2d(x, kernel, { stride, padding }) {
    const [k = 1, , channels = 0, multiplier = 1] = kernel.shape
    const step = printStep({ stride, padding })
    const shape = [...slide(x.shape, k, stride, padding), channels * multiplier]
    return call('depthwiseConv2d', shape, [x, kernel], ...(step === null ? [] : [step]))
  },
  dense: (x, kernel, bias) =>
    call('dense', kernel.shape.slice(1), bias === undefined ? [x, kernel] : [x, kernel, bias]),
  wmMul: (x, kernel) =>
    operation('m', [...x.shape.slice(0, 2), kernel.shape[3] ?? 0], [x, kernel], ([a, b]) => `wmMul(${a}, ${b})`),
  box: (x, k, stride, padding) =>
    call('box', [...slide(x.shape, k, stride, padding), x.shape[2] ?? 0], [x, k, stride, padding]),
  maxPool: (x, size, stride) =>
    call('maxPool', [...slide(x.shape, size, stride, 0), x.shape[2] ?? 0], [x, size, stride]),
  avgPool: (x, size, stride) =>
    call('avgPool', [...slide(x.shape, size, stride, 0), x.shape[2] ?? 0], [x, size, stride]),

  pad: (x, size) =>
    call(
      'pad',
      resize(x.shape, (side) => side + 2 * size),
      [x, size],
    ),
  crop: (x, size) =>
    call(
      'crop',
      resize(x.shape, (side) => side - 2 * size),
      [x, size],
    ),
  upsample: (x, size) =>
    call(
      'upsample',
      resize(x.shape, (side) => size * side),
      [x, size],
    ),
  reshape: (x, shape) => call('tf.reshape', shape, [x], `[-1, ${shape.join(', ')}]`),
  concat(parts) {
    const channels = parts.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0)
    const shape = [...(parts[0]?.shape.slice(0, -1) ?? []), channels]
    return operation('concat', shape, parts, (texts) => `tf.concat([${texts.join(', ')}], -1)`)
  },

  add: (a, b) => call('tf.add', broadcast(a, b), [a, b]),
  sub: (a, b) => call('tf.sub', broadcast(a, b), [a, b]),
  mul: (a, b) => call('tf.mul', broadcast(a, b), [a, b]),
  div: (a, b) => call('tf.div', broadcast(a, b), [a, b]),
  rsqrt: (x) => call('tf.rsqrt', x.shape, [x]),
  sum: (x, axes) => call('tf.sum', without(x.shape, axes, false), [x], printList(axes)),
  mean: (x, axes) => call('tf.mean', without(x.shape, axes, false), [x], printList(axes)),
  moments(x, axes, keepDims) {
    const shape = without(x.shape, axes, keepDims)
    const rest = keepDims ? [printList(axes), 'true'] : [printList(axes)]
    const both = call('tf.moments', shape, [x], ...rest)
    const part = (hint: string): Code => ({
      ...operation(hint, shape, [both], ([text]) => `${text}.${hint}`),
      pair: both,
    })
    return { mean: part('mean'), variance: part('variance') }
  },
  batchNorm: (x, { mean, variance, gamma, beta }, epsilon) =>
    operation('normal', x.shape, [x, mean, variance, gamma, beta], ([text, ...parts]) => {
      const names = ['mean', 'variance', 'gamma', 'beta']
      const weights = names.map((name, i) => (parts[i] === name ? name : `${name}: ${parts[i]}`))
      return `batchNorm(${text}, { ${weights.join(', ')} }, ${epsilon})`
    }),
  layerNorm: (x, gamma, beta, epsilon) => call('layerNorm', x.shape, [x, gamma, beta, epsilon]),

  relu: (x) => call('tf.relu', x.shape, [x]),
  leakyRelu: (x, slope) => call('tf.leakyRelu', x.shape, [x, slope]),
  elu: (x) => call('tf.elu', x.shape, [x]),
  selu: (x) => call('tf.selu', x.shape, [x]),
  sigmoid: (x) => call('tf.sigmoid', x.shape, [x]),
  tanh: (x) => call('tf.tanh', x.shape, [x]),
  erf: (x) => call('tf.erf', x.shape, [x]),
  softmax: (x) => call('tf.softmax', x.shape, [x], '-1'),

  ones: (shape) => call('tf.ones', shape, [], printList(shape)),

  dropoutMask: (x, rate) => call('dropoutMask', x.shape, [x, rate], noiseOf),
  uniformLike: (x, lower, upper) => call('uniformLike', x.shape, [x, lower, upper], noiseOf),
  normalLike: (x, std) => call('normalLike', x.shape, [x, std], noiseOf),
}

/** A layer's own source of random numbers lies beside its weights. */
export const noiseKey = 'noise'
const noiseOf = `w.${noiseKey}`

function slide([height = 0, width = 0]: Shape, k: number, stride: number, padding: number): Shape {
  return [height, width].map((side) => Math.floor((side + 2 * padding - k) / stride) + 1)
}

function resize([height = 0, width = 0, channels = 0]: Shape, change: (side: number) => number): Shape {
  return [change(height), change(width), channels]
}

/** As numpy does, sizes aligned at the end. */
function broadcast(a: Code, b: Code | number): Shape {
  if (typeof b === 'number') return a.shape
  const rank = Math.max(a.shape.length, b.shape.length)
  const at = ({ shape }: Code, axis: number): number => shape[axis - rank + shape.length] ?? 1
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)))
}

/** Axes count the batch, shapes are without it. */
function without(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  if (keepDims) return shape.map((size, axis) => (axes.includes(axis + 1) ? 1 : size))
  return shape.filter((_size, axis) => !axes.includes(axis + 1))
}

/** What differs from an unpadded step of 1; null where nothing does. */
function printStep(step: Readonly<Record<string, number>>): string | null {
  const given = Object.entries(step).filter(([name, value]) => value !== (name === 'padding' ? 0 : 1))
  return given.length === 0 ? null : `{ ${given.map(([name, value]) => `${name}: ${value}`).join(', ')} }`
}

function printList(values: readonly number[]): string {
  return `[${values.join(', ')}]`
}

/** JavaScript's own text of a number reads back as the same number; linters want well-known ones by their names. */
export function printNumber(value: number): string {
  const name = constants.find((constant) => Math[constant] === value)
  if (name !== undefined) return `Math.${name}`
  // 0.010000000000000009 is what is left of 1 by a share of 0.99.
  const rest = Number((1 - value).toFixed(8))
  return String(value).length > 12 && 1 - rest === value ? `1 - ${rest}` : String(value)
}

const constants = ['SQRT2', 'SQRT1_2', 'PI', 'E', 'LN2', 'LN10', 'LOG2E', 'LOG10E'] as const
