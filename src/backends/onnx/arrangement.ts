import type { Shape } from '../../graph/graph.ts'

/**
 * The order in which a tensor's axes lie in the ONNX graph: at each place the axis as layers count it, 0 the batch, then those
 * of the shape. Layers think in [B, H, W, C], ONNX convolves [B, C, H, W], and a matrix product per pixel takes [H, W, B, C].
 */
export type Arrangement = readonly number[]

export const nchw: Arrangement = [0, 3, 1, 2]
export const hwnc: Arrangement = [1, 2, 0, 3]

/** As layers count the axes: channels last. */
export function asWritten(rank: number): Arrangement {
  return Array.from({ length: rank + 1 }, (_, axis) => axis)
}

export function equalArrangements(a: Arrangement, b: Arrangement): boolean {
  return a.length === b.length && a.every((axis, place) => axis === b[place])
}

/** `perm` of ONNX's Transpose: for each place of the result the place in the operand. */
export function permutation(from: Arrangement, to: Arrangement): readonly number[] {
  return to.map((axis) => from.indexOf(axis))
}

export function permute<T>(items: readonly T[], perm: readonly number[]): readonly T[] {
  return perm.map((place) => {
    const item = items[place]
    if (item === undefined) throw new Error(`[${perm}] does not permute ${items.length} axes`)
    return item
  })
}

/** Row-major values with their axes permuted. */
export function permuteValues(values: Float32Array, shape: Shape, perm: readonly number[]): Float32Array {
  if (perm.every((place, axis) => place === axis)) return values
  const strides = stridesOf(shape)
  const [steps, sizes] = [permute(strides, perm), permute(shape, perm)]
  const result = new Float32Array(values.length)
  const at = new Array<number>(sizes.length).fill(0)
  let source = 0
  for (let i = 0; i < result.length; i++) {
    result[i] = values[source] ?? Number.NaN
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const [count = 0, step = 0, size = 0] = [(at[axis] ?? 0) + 1, steps[axis], sizes[axis]]
      source += step
      at[axis] = count
      if (count < size) break
      at[axis] = 0
      source -= size * step
    }
  }
  return result
}

function stridesOf(shape: Shape): readonly number[] {
  let stride = 1
  const strides = shape.toReversed().map((size) => {
    const own = stride
    stride *= size
    return own
  })
  return strides.toReversed()
}

/**
 * How a row-major reshape's result is arranged if only the arranged operand's sizes are rewritten. Undefined where its elements would
 * come in another order: [C, H, W] is not [H, W, C] flattened, but its H and W may be merged, and its C be split into groups.
 */
export function reshapeArrangement(arrangement: Arrangement, from: Shape, to: Shape): Arrangement | undefined {
  const groups = matchAxes([1, ...from], [1, ...to])
  const result: number[] = []
  for (let place = 0; place < arrangement.length; ) {
    const start = place
    const group = groups.find(({ before }) => before[0] === arrangement[start])
    if (group === undefined || !group.before.every((axis, i) => axis === arrangement[start + i])) return undefined
    result.push(...group.after)
    place += group.before.length
  }
  return result
}

interface AxisGroup {
  readonly before: number[]
  readonly after: number[]
}

/** The smallest groups of neighbouring axes that hold equally many elements before and after; [6, 4, 8] to [24, 2, 4] has two. */
function matchAxes(from: Shape, to: Shape): readonly AxisGroup[] {
  const groups: AxisGroup[] = []
  let [i, j] = [0, 0]
  while (i < from.length && j < to.length) {
    const group: AxisGroup = { before: [i], after: [j] }
    let [before, after] = [from[i++] ?? 0, to[j++] ?? 0]
    while (before !== after) {
      if (before < after && i < from.length) {
        group.before.push(i)
        before *= from[i++] ?? 0
      } else if (j < to.length) {
        group.after.push(j)
        after *= to[j++] ?? 0
      } else throw new Error(`[${from}] does not hold as many elements as [${to}]`)
    }
    groups.push(group)
  }
  // What is left over has length 1.
  const last = groups.at(-1)
  while (i < from.length) last?.before.push(i++)
  while (j < to.length) last?.after.push(j++)
  return groups
}
