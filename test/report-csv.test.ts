import { describe, expect, it } from 'vitest'
import { renderCsv } from '../src/report/csv.ts'
import { damagedRun, results, run } from './golden/report/fixture.ts'

/** RFC 4180, read by another hand: quoted fields first. */
function readCsv(text: string): readonly (readonly string[])[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
        quoted === undefined ? plain : quoted.replaceAll('""', '"'),
      ),
    )
}

describe('results.csv', () => {
  it('has a line for each number of each trial, and every line all columns', () => {
    const [head = [], ...lines] = readCsv(renderCsv(results))
    expect(head).toEqual(
      'subject protocol variant parameters flops trial seed kind perturbation parameter level measure value'.split(' '),
    )
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([head.length]))
    const expected = results.runs.flatMap(({ variants }) =>
      variants.flatMap(({ trials, diverged }) => [
        ...diverged.map(() => 1),
        ...trials.map(
          ({ epochs, sweeps }) =>
            2 +
            3 * epochs.length +
            sweeps.reduce(
              (sum, { points, gradients }) =>
                sum +
                points.reduce((count, { measures }) => count + Object.keys(measures).length, 0) +
                (gradients === null ? 0 : 2),
              0,
            ),
        ),
      ]),
    )
    expect(lines.length).toBe(expected.reduce((sum, count) => sum + count, 0))
  })

  it('gives numbers with all of their digits, under the call without its levels', () => {
    const [, ...lines] = readCsv(renderCsv({ ...results, runs: [run] }))
    const trial = run.variants[0]?.trials[0]
    const sweep = trial?.sweeps.find(({ kind }) => kind === 'attack')
    const point = sweep?.points.at(-1)
    const found = lines.find(
      (line) =>
        line[2] === run.variants[0]?.name &&
        line[5] === String(trial?.trial) &&
        line[7] === 'attack' &&
        line[10] === String(point?.level) &&
        line[11] === 'error',
    )
    expect(found?.[8]).toBe('fgsm(norm=linf)')
    expect(Number(found?.[12])).toBe(point?.measures.error)
  })

  it('leaves what is missing or not finite empty, and a diverged trial has an empty error', () => {
    const lines = readCsv(renderCsv({ ...results, runs: [damagedRun] }))
    expect(lines.flat().filter((field) => /NaN|Infinity|null|undefined/.test(field))).toEqual([])
    const diverged = damagedRun.variants.flatMap(({ name, diverged }) => diverged.map(({ trial }) => [name, trial]))
    expect(diverged.length).toBeGreaterThan(0)
    for (const [name, trial] of diverged) {
      const own = lines.filter((line) => line[2] === name && line[5] === String(trial))
      expect(own.map((line) => line.slice(7))).toEqual([['clean', '', '', '', 'error', '']])
    }
  })
})
