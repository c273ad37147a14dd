import fc from 'fast-check'
import { expect, it } from 'vitest'
import { solveMatch } from '../src/ablation/budget/solve-match.ts'
import { tryPrepareMatch } from './budget-fixtures.ts'
import { randomProgram } from './budget-programs.ts'
import { solveByTrying } from './budget-reference.ts'
import { runs } from './property/runs.ts'

const largest = 20

it('finds what trying every candidate finds', { timeout: 120_000 }, () => {
  const counts = { solved: 0, rising: 0 }
  fc.assert(
    fc.property(randomProgram(largest), ({ text, rising, domain }) => {
      const matching = tryPrepareMatch(text)
      fc.pre(matching !== undefined)
      const expected = solveByTrying(matching, domain)
      const found = solveMatch(matching.diff, matching.context)
      const codes = matching.report.diagnostics.map(({ code }) => code)
      if (typeof expected === 'string') {
        expect(found).toBeUndefined()
        expect(codes).toEqual([expected])
        return
      }
      expect(codes).toEqual([])
      expect(found).toMatchObject(expected)
      counts.solved++
      if (!rising) return
      counts.rising++
      expect(found?.exhaustive).toBe(false)
    }),
    runs(300),
  )
  // Else the property says little.
  expect(counts.solved).toBeGreaterThan(120)
  expect(counts.rising).toBeGreaterThan(60)
})
