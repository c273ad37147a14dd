import { describe, expect, it } from 'vitest'
import type { Shape } from '../src/graph/graph.ts'
import { sample as draw } from '../src/init/distribution.ts'
import { inits } from '../src/init/index.ts'
import type { InitTarget } from '../src/init/init.ts'
import { createStream } from '../src/random/stream.ts'
import { entryOf } from '../src/registry/construct.ts'
import { readCall } from './layers-fixtures.ts'

const target: InitTarget & { readonly shape: Shape } = { shape: [50, 40, 10], fanIn: 72, fanOut: 18 }

function sample(text: string, to = target, seed = 1): Float32Array {
  const call = readCall('init', text)
  return draw(entryOf(inits, call).distribution(call.args, to), to.shape, createStream(seed))
}

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length
  const variance = central(2)
  // 3 for a normal distribution, 9/5 for a uniform one.
  return { mean, variance, kurtosis: central(4) / variance ** 2 }
}

describe('every initializer', () => {
  it.each([...inits.values()].map((spec) => spec.example))(
    '%s fills the shape and depends on the seed alone',
    (text) => {
      const values = sample(text)
      expect(values).toHaveLength(20_000)
      expect(values.every(Number.isFinite)).toBe(true)
      expect(sample(text)).toEqual(values)
      const random = !['zeros', 'ones', 'constant'].includes(readCall('init', text).name)
      expect(sample(text, target, 2).some((value, i) => value !== values[i])).toBe(random)
    },
  )
})

describe('scaled by the fans', () => {
  it.each([
    ['he', 2 / 72],
    ['glorot', 2 / 90],
    ['lecun', 1 / 72],
  ])('%s has variance %f whether normal or uniform', (name, variance) => {
    const normal = moments(sample(`${name}(normal)`))
    const uniform = moments(sample(`${name}(uniform)`))
    // Standard errors at 20,000 draws: variance 1 % (normal), mean σ/141; five of them.
    for (const found of [normal, uniform]) {
      expect(found.variance / variance).toBeCloseTo(1, 1)
      expect(Math.abs(found.mean)).toBeLessThan((5 * Math.sqrt(variance)) / Math.sqrt(20_000))
    }
    expect(normal.kurtosis).toBeGreaterThan(2.8)
    expect(normal.kurtosis).toBeLessThan(3.2)
    expect(uniform.kurtosis).toBeGreaterThan(1.75)
    expect(uniform.kurtosis).toBeLessThan(1.85)
    const largest = Math.max(...sample(`${name}(uniform)`).map(Math.abs))
    expect(largest).toBeLessThanOrEqual(Math.fround(Math.sqrt(3 * variance)))
  })

  it('defaults to normal', () => expect(sample('he')).toEqual(sample('he(normal)')))
})

describe('fixed', () => {
  it('normal(std) has that deviation', () => {
    const { mean, variance } = moments(sample('normal(std=0.05)'))
    expect(Math.sqrt(variance)).toBeCloseTo(0.05, 2)
    expect(mean).toBeCloseTo(0, 2)
  })

  it('uniform(a, b) fills [a, b)', () => {
    const values = sample('uniform(-1, 3)')
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1)
    expect(Math.max(...values)).toBeLessThanOrEqual(3)
    expect(moments(values).mean).toBeCloseTo(1, 1)
    expect(moments(values).variance).toBeCloseTo(16 / 12, 1)
  })

  it('zeros, ones and constant are what they say', () => {
    expect(new Set(sample('zeros'))).toEqual(new Set([0]))
    expect(new Set(sample('ones'))).toEqual(new Set([1]))
    expect(new Set(sample('constant(0.25)'))).toEqual(new Set([0.25]))
  })
})

describe('orthogonal', () => {
  it.each([
    { shape: [3, 3, 4, 8], rows: 36, columns: 8 },
    { shape: [6, 20], rows: 6, columns: 20 },
    { shape: [7, 7], rows: 7, columns: 7 },
  ])('gives $rows x $columns orthogonal vectors of length gain', ({ shape, rows, columns }) => {
    const values = sample('orthogonal(gain=2)', { ...target, shape })
    const at = (row: number, column: number) => values[row * columns + column] ?? Number.NaN
    const count = Math.min(rows, columns)
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0
        for (let i = 0; i < Math.max(rows, columns); i++) {
          product += columns > rows ? at(a, i) * at(b, i) : at(i, a) * at(i, b)
        }
        expect(product).toBeCloseTo(a === b ? 4 : 0, 5)
      }
    }
  })

  it('is a unit vector on a bias', () => {
    const values = sample('orthogonal', { ...target, shape: [9] })
    expect(Math.hypot(...values)).toBeCloseTo(1, 6)
  })
})
