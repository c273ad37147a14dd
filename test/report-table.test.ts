import { describe, expect, it } from 'vitest'
import { renderTable } from '../src/report/index.ts'
import type { RunResult } from '../src/study/results.ts'
import { damagedRun, run } from './golden/report/fixture.ts'

const plain = { color: false, width: 100 }

/** Escape sequences taken out, lines apart. */
function visibleLines(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours start with ESC
  return text.replace(/\u001b\[\d+m/g, '').split('\n')
}

describe('the terminal table', () => {
  it('shows a run', async () => {
    await expect(renderTable(run, plain)).toMatchFileSnapshot('golden/report/table.txt')
  })

  it('shows what is there of a damaged run', async () => {
    await expect(renderTable(damagedRun, plain)).toMatchFileSnapshot('golden/report/table-damaged.txt')
  })

  it('fits the width where the columns allow it', () => {
    for (const width of [100, 120, 200]) {
      for (const line of visibleLines(renderTable(run, { color: false, width }))) {
        expect(line.length).toBeLessThanOrEqual(width)
      }
    }
  })

  it('puts everything into one block on a wide terminal', () => {
    const heads = visibleLines(renderTable(run, { color: false, width: 250 })).filter((line) =>
      line.startsWith('variant'),
    )
    expect(heads).toHaveLength(1)
  })

  it('aligns the ends of numbers with the ends of their headings', () => {
    const lines = visibleLines(renderTable(run, plain))
    const [head = ''] = lines.filter((line) => line.startsWith('variant'))
    const [row = ''] = lines.filter((line) => line.startsWith('smooth'))
    expect(row.indexOf('1,157,226') + '1,157,226'.length).toBe(head.indexOf('parameters') + 'parameters'.length)
    expect(row.length).toBe(head.length)
  })

  it('says the same in colour', () => {
    const colored = renderTable(run, { color: true, width: 100 })
    expect(colored).toContain('\u001b[')
    expect(visibleLines(colored)).toEqual(visibleLines(renderTable(run, plain)))
  })

  it('says zero only of zero', () => {
    const text = renderTable(run, plain)
    expect(text).toMatch(/^cnn .* 0$/m)
    expect(text).toMatch(/^unsharp_bn ¹ .*<0\.1$/m)
  })

  it('numbers the warnings and says whom they concern', () => {
    const other = { rule: 'not monotone', message: 'error falls from 50 % to 40 %' }
    const variants = run.variants.map((variant) => ({
      ...variant,
      trials: variant.trials.map((trial) =>
        trial.trial === 2 ? { ...trial, warnings: [...trial.warnings, other] } : trial,
      ),
    }))
    const text = renderTable({ ...run, variants }, plain)
    expect(text).toContain('cnn (trial 2) and smooth (trial 2): error falls from 50 % to 40 %')
    expect(text).toMatch(/^smooth ¹ ² /m)
    expect(text).toContain('smooth and unsharp_bn: 0.1–13.9 % of the test images')
  })

  it('does not obey escape sequences in names', () => {
    const hostile: RunResult = { ...run, subject: 'a\u001b[2Jb\r\nc' }
    expect(renderTable(hostile, plain)).toContain('a␛[2Jb c under Paper')
  })

  it('says so when nothing has been measured', () => {
    expect(renderTable({ ...run, variants: [] }, plain)).toContain('no variant has been measured yet')
  })
})
