import fc from 'fast-check'
import { expect, it } from 'vitest'
import { solveMatch } from '../src/ablation/budget/solve-match.ts'
import { tryPrepareMatch } from './budget-fixtures.ts'
import { solveByTrying } from './budget-reference.ts'
import { randomProgram } from './budget-programs.ts'
const largest = 30
it('x', { timeout: 900_000 }, () => {
  const c: Record<string, number> = {}
  const inc = (k: string, n=1) => { c[k] = (c[k] ?? 0) + n }
  fc.assert(fc.property(randomProgram(largest), ({ text, rising }) => {
      const matching = tryPrepareMatch(text)
      fc.pre(matching !== undefined)
      const log: number[] = []
      const expected = solveByTrying(matching, largest, log)
      const e0 = matching.elaborations()
      const found = solveMatch(matching.diff, matching.context)
      const codes = matching.report.diagnostics.map(({ code }) => code)
      inc('all')
      if (typeof expected === 'string') { inc('err'); expect(found).toBeUndefined(); expect(codes).toEqual([expected]); return }
      expect(codes).toEqual([])
      expect(found).toMatchObject(expected)
      if (!rising) { inc(found!.exhaustive ? 'falling-ex' : 'falling-fast'); return }
      inc('rising'); if (log.some((v, i) => i > 0 && v < log[i-1])) inc('rising-nonmono')
      inc('probes', matching.elaborations() - e0)
      if (log.length < largest) inc('rising-withunfit')
      expect(found?.exhaustive).toBe(false)
    }),
    { numRuns: 3000 })
  console.log(JSON.stringify(c))
})
