import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePlans, describePlan } from '../src/study/plan-file.ts'
import { makePlan, makeStudy, makeVariant } from './study-fixtures.ts'

test('jobs come trial by trial, so that the first results compare all variants', () => {
  const plan = makePlan(makeStudy([makeVariant('cnn'), makeVariant('smooth')]))
  expect(plan.jobs.map((job) => job.key)).toEqual([
    'Table2-Quick/cnn/trial-1',
    'Table2-Quick/smooth/trial-1',
    'Table2-Quick/cnn/trial-2',
    'Table2-Quick/smooth/trial-2',
  ])
})

test('the command line overrides the protocol that is recorded', () => {
  const plan = makePlan(makeStudy([makeVariant('cnn')]), { trials: 1, epochs: 2, seed: 3, batch: 5 })
  expect(plan.jobs).toHaveLength(1)
  expect(plan.runs[0]?.protocol).toMatchObject({ trials: 1, seed: 3, train: { epochs: 2, batch: 5 } })
  expect(plan.jobs[0]?.protocol).toEqual(plan.runs[0]?.protocol)
})

test('keys are distinct folder names even where case does not count', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(names, (variants) => {
      const plan = makePlan(makeStudy(variants.map((name) => makeVariant(name))))
      const keys = plan.jobs.map((job) => job.key.toLowerCase())
      expect(new Set(keys).size).toBe(keys.length)
      for (const key of keys) {
        expect(key.split('/')).toHaveLength(3)
        for (const part of key.split('/')) expect(part).not.toMatch(/^\.*$|[\\:*?"<>|\p{Cc}]/u)
      }
    }),
  )
})

test('a plan differs from another exactly when one of its parts does', () => {
  const plan = describePlan(makePlan(makeStudy([makeVariant('cnn')])))
  const again = describePlan(makePlan(makeStudy([makeVariant('cnn')])))
  const longer = describePlan(makePlan(makeStudy([makeVariant('cnn')]), { epochs: 5 }))
  expect(comparePlans(plan, again)).toEqual([])
  expect(comparePlans(plan, longer)).toEqual(['epochs: was 4, is 5'])
  const swapped = describePlan(makePlan(makeStudy([makeVariant('b'), makeVariant('a')])))
  const sorted = describePlan(makePlan(makeStudy([makeVariant('a'), makeVariant('b')])))
  expect(comparePlans(swapped, sorted)).toEqual(['the order of runs or variants'])
})
