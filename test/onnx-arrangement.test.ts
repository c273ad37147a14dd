import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Arrangement,
  asWritten,
  hwnc,
  nchw,
  permutation,
  permuteValues,
  reshapeArrangement,
} from '../src/backends/onnx/arrangement.ts'
import type { Shape } from '../src/graph/graph.ts'
import { sizeOf } from './numeric/float64.ts'

/** Where the element at a row-major place of the permuted array stood, by division alone. */
function permuteByIndex(values: Float32Array, shape: Shape, perm: readonly number[]): Float32Array {
  const sizes = perm.map((axis) => shape[axis] ?? 0)
  return values.map((_, place) => {
    const index = new Array<number>(shape.length).fill(0)
    let rest = place
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      index[perm[axis] ?? 0] = rest % (sizes[axis] ?? 1)
      rest = Math.floor(rest / (sizes[axis] ?? 1))
    }
    return values[index.reduce((sum, at, axis) => sum * (shape[axis] ?? 0) + at, 0)] ?? Number.NaN
  })
}

const count = (shape: Shape): Float32Array => Float32Array.from({ length: sizeOf(shape) }, (_, i) => i)
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
const orders = (rank: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray([...asWritten(rank)], { minLength: rank + 1, maxLength: rank + 1 })

test('values are permuted as their indices are', () => {
  fc.assert(
    fc.property(
      shapes.chain((shape) => fc.tuple(fc.constant(shape), orders(shape.length - 1))),
      ([shape, perm]) => {
        expect(permuteValues(count(shape), shape, perm)).toEqual(permuteByIndex(count(shape), shape, perm))
      },
    ),
  )
})

describe('a reshape', () => {
  test.each<readonly [string, Arrangement, Shape, Shape, Arrangement | undefined]>([
    ['splits channels into groups and merges pixels', nchw, [6, 5, 8], [30, 2, 4], [0, 2, 3, 1]],
    ['gives a pixel its own axis', hwnc, [6, 5, 8], [6, 5, 8, 1], [1, 2, 0, 3, 4]],
    ['flattens what is as written', [0, 1, 2, 3], [6, 5, 8], [240], [0, 1]],
    ['cannot flatten channels first', nchw, [6, 5, 8], [240], undefined],
    ['cannot merge what the batch parts', [1, 0, 2, 3], [6, 5, 8], [30, 8], undefined],
  ])('%s', (_what, arrangement, from, to, expected) => {
    expect(reshapeArrangement(arrangement, from, to)).toEqual(expected)
  })

  test('of arranged elements, where it is possible, is the reshape of the elements, arranged', () => {
    const cases = fc.tuple(shapes, shapes).chain(([a, b]) => {
      // Two shapes of as many elements: every axis of the one split, or those of the other merged.
      const [from, to] = [
        [...a, sizeOf(b)],
        [sizeOf(a), ...b],
      ]
      return fc.tuple(fc.constant(from), fc.constant(to), orders(from.length))
    })
    let possible = 0
    fc.assert(
      fc.property(cases, ([from, to, arrangement]) => {
        const arranged = reshapeArrangement(arrangement, from, to)
        if (arranged === undefined) return
        possible++
        const batch = 2
        const values = count([batch, ...from])
        const before = permuteByIndex(values, [batch, ...from], permutation(asWritten(from.length), arrangement))
        const after = permuteByIndex(values, [batch, ...to], permutation(asWritten(to.length), arranged))
        expect(before).toEqual(after)
      }),
      { numRuns: 500 },
    )
    expect(possible).toBeGreaterThan(20)
  })
})
