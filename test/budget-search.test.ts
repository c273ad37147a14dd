import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Candidates,
  findNearest,
  type Nearest,
  nearerOf,
  type Outcome,
  tryAll,
} from '../src/ablation/budget/search.ts'
import { runs } from './property/runs.ts'

const unfit: Outcome = { kind: 'unfit' }

function candidatesOf(outcomes: readonly Outcome[], start = 0): Candidates & { probes: number } {
  return {
    count: outcomes.length,
    start,
    probes: 0,
    probe(index) {
      this.probes++
      return outcomes[index] ?? unfit
    },
    knownCosts: () => [],
    isSpent: () => false,
  }
}

/** Costs between bounds that rise, with holes, and too large from some place on. */
const outcomes: fc.Arbitrary<readonly Outcome[]> = fc
  .tuple(
    fc.array(
      fc.record({
        step: fc.nat({ max: 3 }),
        slack: fc.nat({ max: 6 }),
        at: fc.nat({ max: 6 }),
        fits: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      }),
      { maxLength: 60 },
    ),
    fc.nat({ max: 5 }),
  )
  .map(([steps, tooLarge]) => {
    let [low, high] = [0, 0]
    const fitting = steps.map(({ step, slack, at, fits }): Outcome => {
      low += step
      high = Math.max(high, low + slack)
      return fits ? { kind: 'cost', low, high, cost: Math.min(high, low + at) } : unfit
    })
    return [...fitting, ...Array.from({ length: tooLarge }, (): Outcome => ({ kind: 'tooLarge' }))]
  })

function nearestByTrying(tried: readonly Outcome[], wanted: number): Nearest {
  const nearest: Nearest = {}
  tried.forEach((outcome, index) => {
    if (outcome.kind !== 'cost') return
    const { cost } = outcome
    if (cost <= wanted && cost > (nearest.below?.cost ?? -1)) nearest.below = { index, cost }
    if (cost >= wanted && cost < (nearest.above?.cost ?? Number.POSITIVE_INFINITY)) nearest.above = { index, cost }
  })
  return nearest
}

describe('the search among rising bounds', () => {
  it('finds both nearest costs, each at its smallest candidate', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 100 }), fc.nat({ max: 70 }), (tried, wanted, start) => {
        const expected = nearestByTrying(tried, wanted)
        expect(findNearest(candidatesOf(tried, start), wanted)).toEqual(expected)
        expect(tryAll(candidatesOf(tried, start), true, wanted)).toEqual(expected)
      }),
      runs(3000),
    )
  })

  it('finds the cheapest and the dearest', () => {
    fc.assert(
      fc.property(outcomes, (tried) => {
        for (const end of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
          expect(nearerOf(findNearest(candidatesOf(tried), end), end)).toEqual(
            nearerOf(nearestByTrying(tried, end), end),
          )
        }
      }),
    )
  })

  it('takes few looks where costs grow as a power, whatever the start', () => {
    for (const power of [1, 2, 3]) {
      const grown = Array.from({ length: 65_536 }, (_, index): Outcome => {
        const cost = 1000 + 7 * (index + 1) ** power
        return index > 50_000 ? { kind: 'tooLarge' } : { kind: 'cost', low: cost, cost, high: cost }
      })
      for (const start of [0, 40, 65_535]) {
        const candidates = candidatesOf(grown, start)
        const wanted = 1000 + 7 * 4000 ** power + 1
        expect(findNearest(candidates, wanted).below?.index).toBe(3999)
        expect(candidates.probes).toBeLessThan(30)
      }
    }
  })

  it('takes the smaller of two candidates that are equally near', () => {
    expect(nearerOf({ below: { index: 1, cost: 8 }, above: { index: 2, cost: 12 } }, 10)?.index).toBe(1)
    expect(nearerOf({ below: { index: 2, cost: 8 }, above: { index: 1, cost: 12 } }, 10)?.index).toBe(1)
    expect(nearerOf({ below: { index: 2, cost: 9 }, above: { index: 1, cost: 12 } }, 10)?.index).toBe(2)
  })

  it('ends when nothing more may be spent', () => {
    const holes = Array.from({ length: 1000 }, () => unfit)
    const candidates = { ...candidatesOf(holes), isSpent: () => candidates.probes >= 10 }
    expect(findNearest(candidates, 5)).toEqual({})
    expect(candidates.probes).toBe(10)
  })
})
