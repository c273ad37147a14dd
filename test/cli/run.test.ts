import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runWmnet, startWmnet, tinyStudy } from './wmnet.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wmnet-run-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const quick = ['run', tinyStudy, '--backend', 'cpu'] as const

/** Everything that a run stores, but for what is allowed to differ between two runs: times. */
function readRun(name: string): Readonly<Record<string, string>> {
  const top = join(folder, name)
  const files = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const texts = files.map((entry) => {
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'latin1')
    const timeless = /trials|results\.json/.test(path) ? JSON.stringify({ ...JSON.parse(text), times: null }) : text
    return [path.slice(top.length + 1), timeless] as const
  })
  // The report prints the times as well.
  return Object.fromEntries(texts.filter(([path]) => path !== 'report.html').sort())
}

/** That every JSON file can be read shows that none is half-written. */
function expectWholeFiles(name: string): void {
  const top = join(folder, name)
  if (!existsSync(top)) return
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && entry.name.endsWith('.json') && !path.includes('.partial')) {
      expect(() => JSON.parse(readFileSync(path, 'utf8')), path).not.toThrow()
    }
  }
}

describe('wmnet run', () => {
  test('gives the same results twice, however many trials run at a time', async () => {
    for (const [name, jobs] of [['one', '1'], ['again', '1'], ['two', '2']] as const) {
      const { code, stderr } = await runWmnet([...quick, '--out', name, '--jobs', jobs], folder)
      expect(code, stderr).toBe(0)
    }
    const one = readRun('one')
    expect(Object.keys(one)).toContain('results.json')
    expect(readRun('again')).toEqual(one)
    expect(readRun('two')).toEqual(one)
  })

  test('leaves results, report, models and a table', async () => {
    const { code, stdout, stderr } = await runWmnet([...quick, '--trials', '1', '--epochs', '1'], folder)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Pair under Short')
    const run = join(folder, 'runs/TinyRun')
    expect(readdirSync(run)).toEqual(expect.arrayContaining(['models', 'plan.json', 'report.html', 'results.json', 'trials']))
    const results = JSON.parse(readFileSync(join(run, 'results.json'), 'utf8'))
    expect(results).toMatchObject({ format: 'wmnet.results/1', study: 'TinyRun', complete: true, backend: 'cpu' })
    expect(results.runs[0].protocol).toMatchObject({ trials: 1, seed: 7, train: { epochs: 1 } })
    expect(results.sources.map((source: { path: string }) => source.path)).toEqual(['tiny.wmspec'])
  })

  test('another seed gives other numbers', async () => {
    for (const seed of ['1', '2']) {
      const flags = ['--out', seed, '--seed', seed, '--trials', '1', '--variant', 'cnn']
      expect((await runWmnet([...quick, ...flags], folder)).code).toBe(0)
    }
    expect(readRun('1')['results.json']).not.toEqual(readRun('2')['results.json'])
  })

  test('an interrupted run stops at once, keeps what is finished and goes on', async () => {
    for (const jobs of ['1', '2']) {
      const out = `jobs-${jobs}`
      const run = startWmnet([...quick, '--out', out, '--jobs', jobs, '--trials', '4', '--epochs', '20'], folder)
      await run.sees(/done/)
      run.child.kill('SIGINT')
      const { code, stderr } = await run.ended
      expect(code, stderr).toBe(130)
      expect(stderr).toContain(`go on with: wmnet run ${tinyStudy} --backend cpu --out ${out}`)
      expect(JSON.parse(readFileSync(join(folder, out, 'results.json'), 'utf8')).complete).toBe(false)
      const flags = ['--out', out, '--trials', '4', '--epochs', '20', '--resume']
      expect((await runWmnet([...quick, ...flags], folder)).code).toBe(0)
    }
    expect((await runWmnet([...quick, '--out', 'straight', '--trials', '4', '--epochs', '20'], folder)).code).toBe(0)
    expect(readRun('jobs-1')).toEqual(readRun('straight'))
    expect(readRun('jobs-2')).toEqual(readRun('straight'))
  }, 120_000)

  test('a killed run leaves no half-written file and goes on', async () => {
    const flags = ['--out', 'killed', '--resume'] as const
    // Whole runs take seconds: kills spread over their length, start, training, storing and reporting.
    for (const milliseconds of [300, 600, 900, 1200, 1500, 1800, 2200, 2600]) {
      const run = startWmnet([...quick, ...flags], folder)
      const timer = setTimeout(() => run.child.kill('SIGKILL'), milliseconds)
      await run.ended
      clearTimeout(timer)
      expectWholeFiles('killed')
    }
    expect((await runWmnet([...quick, ...flags], folder)).code).toBe(0)
    expect((await runWmnet([...quick, '--out', 'straight'], folder)).code).toBe(0)
    expect(readRun('killed')).toEqual(readRun('straight'))
  }, 120_000)
})
