// The table of kernels: every operation over its shapes, with an independent float64 reference. It knows no backend:
// kernels.test.ts runs it on each that is there.
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { fuseBatchNorm } from '../../src/backends/tfjs/ops/batch-norm.ts'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { batchNorm64 } from './batch-norm-reference.ts'
import { type BoxCase, box64, boxGrad64, outputShape as boxShape } from './box-reference.ts'
import { type Conv, conv64, convFilterGrad64, convInputGrad64, outputShape as convShape } from './conv-reference.ts'
import { addTo, emptyReference, noise, type Reference, type Shape4, sizeOf } from './float64.ts'
import { type WmShape, wmMul64, wmMulGradW64, wmMulGradX64, wShape, xShape, yShape } from './weight-map-reference.ts'

type Values = Readonly<Record<string, Float32Array>>
type Tensors = Readonly<Record<string, tf.Tensor>>

/** An operation on arrays of noise, and what each of its results must be. */
export interface KernelCase {
  readonly operation: keyof typeof roundings
  readonly label: string
  readonly shapes: Readonly<Record<string, readonly number[]>>
  compute(inputs: Tensors): Readonly<Record<string, tf.Tensor>>
  /** For each result of `compute`. */
  expected(inputs: Values): Readonly<Record<string, Reference>>
}

/**
 * Roundings that a result may have beyond one per summed product. A box that is composed of a mean times k² has three more
 * per term, a mean is divided, convolutions may go through a transform of their filter, a chain of operations rounds each.
 */
export const roundings = {
  wmMul: 0,
  box: 3,
  conv: 0,
  matMul: 0,
  sum: 0,
  mean: 2,
  relu: 0,
  bias: 0,
  batchNorm: 0,
} as const

/** The inputs of a case: seeded noise, the same on every backend. */
export function valuesOf(each: KernelCase): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(each.shapes).map(([name, shape], i) => [name, noise(shape, i + 1)]))
}

const take = <T>(record: Readonly<Record<string, T>>, name: string): T => {
  const value = record[name]
  if (value === undefined) throw new Error(`no ${name} in the case`)
  return value
}

/** The value of a function of two arrays and both of its gradients for dy. */
function withGradients(
  f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  [a, b]: readonly [string, string],
): KernelCase['compute'] {
  return (inputs) => {
    const [x, w] = [take(inputs, a), take(inputs, b)]
    const [dx, dw] = tf.grads(f)([x, w], take(inputs, 'dy'))
    if (!dx || !dw) throw new Error('two gradients expected')
    return { value: f(x, w), [`d${a}`]: dx, [`d${b}`]: dw }
  }
}

const channels = [1, 3, 7, 32, 33, 65]

const wmShapes: readonly WmShape[] = [
  ...channels.flatMap((ci) => channels.map((co): WmShape => [3, 2, 3, ci, co])),
  [1, 5, 7, 3, 8],
  [4, 3, 1, 12, 12],
  [9, 1, 5, 33, 9],
  [13, 5, 9, 5, 3],
  [130, 1, 2, 5, 4],
]

const wmMul = (shape: WmShape): KernelCase => ({
  operation: 'wmMul',
  label: `[${shape.slice(0, 4).join(', ')}] to ${shape[4]}`,
  shapes: { x: xShape(shape), w: wShape(shape), dy: yShape(shape) },
  compute: withGradients((x, w) => ops.wmMul(x as tf.Tensor4D, w as tf.Tensor4D), ['x', 'w']),
  expected: (v) => ({
    value: wmMul64(shape, take(v, 'x'), take(v, 'w')),
    dx: wmMulGradX64(shape, take(v, 'dy'), take(v, 'w')),
    dw: wmMulGradW64(shape, take(v, 'x'), take(v, 'dy')),
  }),
})

const boxShapes: readonly (readonly [Shape4, readonly number[]])[] = [
  [
    [2, 7, 9, 1],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  ],
  [
    [1, 11, 6, 3],
    [1, 2, 3, 5, 9, 11],
  ],
  [
    [3, 6, 7, 7],
    [2, 3, 5],
  ],
  [
    [1, 5, 9, 32],
    [3, 5],
  ],
  [
    [1, 9, 9, 33],
    [3, 9],
  ],
  [[1, 4, 5, 65], [3]],
]

/** Paddings up to wider than the window, where they leave at least one window. */
const boxCases: readonly BoxCase[] = boxShapes.flatMap(([shape, sizes]) =>
  sizes.flatMap((k) =>
    [1, 2, 3].flatMap((stride) =>
      [...new Set([0, 1, Math.floor(k / 2), k + 1])].flatMap((padding) =>
        Math.min(shape[1], shape[2]) + 2 * padding >= k ? [{ shape, k, stride, padding }] : [],
      ),
    ),
  ),
)

function box(c: BoxCase): KernelCase {
  const filter = (x: tf.Tensor) => ops.box(x as tf.Tensor4D, c.k, c.stride, c.padding)
  return {
    operation: 'box',
    label: `[${c.shape.join(', ')}] k=${c.k} stride=${c.stride} padding=${c.padding}`,
    shapes: { x: c.shape, dy: boxShape(c) },
    compute: (t) => ({ value: filter(take(t, 'x')), dx: tf.grad(filter)(take(t, 'x'), take(t, 'dy')) }),
    expected: (v) => ({ value: box64(c, take(v, 'x')), dx: boxGrad64(c, take(v, 'dy')) }),
  }
}

const convSizes = [
  ...channels.map((ci, i) => [2, 5, 6, ci, channels[(i * 2 + 1) % channels.length] ?? 1, 3, 1, 0] as const),
  [1, 7, 9, 5, 6, 3, 1, 1],
  [3, 8, 7, 4, 9, 3, 2, 1],
  [1, 10, 8, 3, 5, 1, 2, 0],
  [1, 12, 12, 3, 4, 9, 1, 3],
  [2, 13, 11, 1, 2, 11, 1, 5],
  [5, 11, 4, 3, 4, 3, 3, 1],
] as const

/** A square convolution with the same padding on all sides: what tf.conv2d takes by number. */
function conv([batch, h, w, ci, co, k, stride, pad]: (typeof convSizes)[number]): KernelCase {
  const sides = [pad, pad] as const
  const c: Conv = { x: [batch, h, w, ci], filter: [k, k, ci, co], stride: [stride, stride], pad: [sides, sides] }
  const run = (x: tf.Tensor, f: tf.Tensor) => {
    // tfjs-node knows no padding by number.
    if (tf.getBackend() !== 'tensorflow')
      return tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, pad, 'NHWC', 1, 'floor') as tf.Tensor
    const padded = tf.pad(x as tf.Tensor4D, [[0, 0], [...sides], [...sides], [0, 0]])
    return tf.conv2d(padded, f as tf.Tensor4D, stride, 'valid') as tf.Tensor
  }
  return {
    operation: 'conv',
    label: `[${c.x.join(', ')}] to ${co} k=${k} stride=${stride} padding=${pad}`,
    shapes: { x: c.x, f: c.filter, dy: convShape(c) },
    compute: withGradients(run, ['x', 'f']),
    expected: (v) => ({
      value: conv64(c, take(v, 'x'), take(v, 'f')),
      dx: convInputGrad64(c, take(v, 'f'), take(v, 'dy')),
      df: convFilterGrad64(c, take(v, 'x'), take(v, 'dy')),
    }),
  }
}

function product64(m: number, n: number, k: number, factor: (i: number, j: number, l: number) => number): Reference {
  const c = emptyReference(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let l = 0; l < k; l++) addTo(c, i * n + j, factor(i, j, l))
  return c
}

const at = (values: Float32Array, i: number): number => values[i] ?? Number.NaN

/** a [m, k] · b [k, n], with the transposed products that are its gradients. */
function matMul([m, k, n]: readonly [number, number, number]): KernelCase {
  return {
    operation: 'matMul',
    label: `[${m}, ${k}] by [${k}, ${n}]`,
    shapes: { a: [m, k], b: [k, n], dy: [m, n] },
    compute: withGradients((a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), ['a', 'b']),
    expected(v) {
      const [a, b, dy] = [take(v, 'a'), take(v, 'b'), take(v, 'dy')]
      return {
        value: product64(m, n, k, (i, j, l) => at(a, i * k + l) * at(b, l * n + j)),
        da: product64(m, k, n, (i, j, l) => at(dy, i * n + l) * at(b, j * n + l)),
        db: product64(k, n, m, (i, j, l) => at(a, l * k + i) * at(dy, l * n + j)),
      }
    },
  }
}

function reduction(operation: 'sum' | 'mean', axes: readonly number[]): KernelCase {
  const shape = [5, 4, 9, 11] as const
  const first = axes[0] ?? 0
  const [rows, inner] = [sizeOf(axes.map((axis) => shape[axis] ?? 0)), sizeOf(shape.slice(first + axes.length))]
  return {
    operation,
    label: `[${shape.join(', ')}] over ${axes.join(', ')}`,
    shapes: { x: shape },
    compute: (t) => ({ value: (operation === 'sum' ? tf.sum : tf.mean)(take(t, 'x'), [...axes]) }),
    expected(v) {
      const y = emptyReference(sizeOf(shape) / rows)
      const scale = operation === 'mean' ? 1 / rows : 1
      take(v, 'x').forEach((value, i) => {
        addTo(y, Math.floor(i / (rows * inner)) * inner + (i % inner), value * scale)
      })
      return { value: y }
    },
  }
}

const elements = (values: ArrayLike<number>): Reference => {
  const y = emptyReference(values.length)
  for (let i = 0; i < values.length; i++) addTo(y, i, values[i] ?? Number.NaN)
  return y
}

const relu = (shape: readonly number[]): KernelCase => ({
  operation: 'relu',
  label: `[${shape.join(', ')}]`,
  shapes: { x: shape, dy: shape },
  compute: (t) => ({ value: tf.relu(take(t, 'x')), dx: tf.grad((x) => tf.relu(x))(take(t, 'x'), take(t, 'dy')) }),
  expected: (v) => ({
    value: elements(take(v, 'x').map((x) => Math.max(0, x))),
    dx: elements(take(v, 'dy').map((dy, i) => (at(take(v, 'x'), i) > 0 ? dy : 0))),
  }),
})

/** x + b, where b lacks leading axes of x: a convolution's bias, a weight map's and a dense layer's. */
const bias = (shape: readonly number[], lacking: number): KernelCase => {
  const size = sizeOf(shape.slice(lacking))
  return {
    operation: 'bias',
    label: `[${shape.join(', ')}] + [${shape.slice(lacking).join(', ')}]`,
    shapes: { x: shape, b: shape.slice(lacking), dy: shape },
    compute: withGradients((x, b) => tf.add(x, b), ['x', 'b']),
    expected(v) {
      const db = emptyReference(size)
      take(v, 'dy').forEach((dy, i) => {
        addTo(db, i % size, dy)
      })
      const value = Float64Array.from(take(v, 'x'), (x, i) => x + at(take(v, 'b'), i % size))
      return { value: elements(value), dx: elements(take(v, 'dy')), db }
    },
  }
}

/** The stock layer while training, as wmnet builds it. */
function batchNorm(shape: readonly number[]): KernelCase {
  const c = shape.at(-1) ?? 1
  const epsilon = 1e-3
  const run = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
    const layer = tfl.layers.batchNormalization({ epsilon })
    fuseBatchNorm(layer)
    layer.build([null, ...shape.slice(1)])
    const [own, shift, ...moving] = layer.weights
    if (!own || !shift) throw new Error('batch normalisation has a scale and an offset')
    // Read in place of the layer's own variables, so that their gradients can be asked for.
    own.read = () => gamma
    shift.read = () => beta
    const y = layer.call(x, { training: true }) as tf.Tensor
    for (const weight of [own, shift, ...moving]) weight.dispose()
    return y
  }
  return {
    operation: 'batchNorm',
    label: `[${shape.join(', ')}]`,
    shapes: { x: shape, gamma: [c], beta: [c], dy: shape },
    compute(t) {
      const inputs = [take(t, 'x'), take(t, 'gamma'), take(t, 'beta')] as const
      const [dx, dgamma, dbeta] = tf.grads(run)([...inputs], take(t, 'dy'))
      if (!dx || !dgamma || !dbeta) throw new Error('three gradients expected')
      return { value: run(...inputs), dx, dgamma, dbeta }
    },
    expected: (v) => ({ ...batchNorm64(take(v, 'x'), take(v, 'gamma'), take(v, 'beta'), take(v, 'dy'), epsilon) }),
  }
}

const reduced = [[0], [1], [2], [3], [0, 1], [1, 2], [2, 3], [0, 1, 2], [0, 1, 2, 3]]

export const kernelCases: readonly KernelCase[] = [
  ...wmShapes.map(wmMul),
  ...boxCases.map(box),
  ...convSizes.map(conv),
  ...(
    [
      [1, 1, 1],
      [5, 3, 2],
      [10, 64, 10],
      [130, 33, 9],
      [7, 300, 12],
      [4, 520, 8],
      [33, 65, 65],
    ] as const
  ).map(matMul),
  ...reduced.flatMap((axes) => [reduction('sum', axes), reduction('mean', axes)]),
  ...[[1], [7], [2, 3, 5, 7], [1, 9, 9, 33]].map(relu),
  ...[
    [5, 7],
    [33, 65],
    [3, 4, 5, 3],
    [4, 9, 9, 33],
    [2, 16, 17, 8],
  ].map(batchNorm),
  ...(
    [
      [[5, 7], 1],
      [[1, 65], 1],
      [[3, 4, 5, 33], 1],
      [[3, 4, 5, 7], 3],
      [[130, 2, 3, 8], 3],
    ] as const
  ).map(([s, n]) => bias(s, n)),
]
