import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runWmnet, startWmnet, tinyStudy } from './wmnet.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wmnet-run-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

// Where worker processes can be looked up.
const hasProc = existsSync('/proc/self/stat')
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
  test('names a variant once that runs under several protocols, where another is asked for', async () => {
    const text = readFileSync(tinyStudy, 'utf8')
    writeFileSync(
      join(folder, 'twice.wmspec'),
      `${text.replace('under Short', 'under Short, Other')}
protocol Other extends Short { trials 1 }
`,
    )
    const { code, stderr } = await runWmnet(['run', 'twice.wmspec', '--variant', 'cn'], folder)
    expect(code).toBe(1)
    expect(stderr).toContain("no variant 'cn'; it has cnn, smooth\n")
  })

  test('gives the same results twice, however many trials run at a time', async () => {
    for (const [name, jobs] of [
      ['one', '1'],
      ['again', '1'],
      ['two', '2'],
    ] as const) {
      const { code, stderr } = await runWmnet([...quick, '--out', name, '--jobs', jobs], folder)
      expect(code, stderr).toBe(0)
    }
    const one = readRun('one')
    expect(Object.keys(one)).toContain('results.json')
    expect(readRun('again')).toEqual(one)
    expect(readRun('two')).toEqual(one)
  })

  test('gives the same results with threads, which share the work of a trial', async () => {
    // Large enough for every kernel to wake them.
    const study = readFileSync(tinyStudy, 'utf8')
      .replaceAll('8x8x1', '28x28x1')
      .replace('layer(4)', 'layer(16)')
      .replace('batch = 16', 'batch = 48')
    writeFileSync(join(folder, 'large.wmspec'), study)
    const flags = ['--backend', 'wasm', '--trials', '1', '--epochs', '1', '--jobs', '1']
    for (const threads of ['1', '2']) {
      const args = ['run', 'large.wmspec', ...flags, '--threads', threads, '--out', threads]
      const { code, stderr } = await runWmnet(args, folder)
      expect(code, stderr).toBe(0)
    }
    expect(readRun('2')).toEqual(readRun('1'))
  }, 60_000)

  test('a training that diverges is a result, and is not tried again', async () => {
    const calm = readFileSync(tinyStudy, 'utf8')
    const [, protocol = ''] = /(protocol Short \{.*?\n\}\n)/s.exec(calm) ?? []
    const wild = protocol.replace('Short', 'Wild').replace('adam(lr=1e-2)', 'sgd(lr=1e30)')
    const both = calm.replace('study TinyRun {', `${wild}study TinyRun { run Pair under Wild;`)
    writeFileSync(join(folder, 'wild.wmspec'), both)
    const args = ['run', 'wild.wmspec', '--backend', 'cpu', '--epochs', '1', '--out', 'wild']
    const first = await runWmnet([...args, '--variant', 'cnn'], folder)
    expect(first.code).toBe(1)
    expect(first.stderr).toContain('Pair-Wild/cnn/trial-2: diverged')
    expect(first.stderr).toContain('error[WM0850]')
    expect(first.stdout).toMatch(/cnn ¹ +0\/2 .* diverged\n/)
    const results = JSON.parse(readFileSync(join(folder, 'wild/results.json'), 'utf8'))
    expect(results.complete).toBe(true)
    const [failed, fine] = results.runs.map((run: { variants: readonly object[] }) => run.variants[0])
    const reason = expect.stringMatching(
      /^the loss is (NaN|Infinity) at batch \d of epoch 1, trained by sgd\(lr=1e\+?30/,
    )
    expect(failed).toMatchObject({
      trials: [],
      error: null,
      sweeps: [],
      diverged: [
        { trial: 1, reason },
        { trial: 2, reason },
      ],
    })
    expect(fine).toMatchObject({
      trials: [{ trial: 1 }, { trial: 2 }],
      diverged: [],
      error: { mean: expect.any(Number) },
    })
    expect(existsSync(join(folder, 'wild/models/Pair-Wild'))).toBe(false)
    const before = readRun('wild')
    const again = await runWmnet([...args, '--variant', 'cnn', '--resume'], folder)
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 1, stdout: first.stdout })
    expect(again.stderr).not.toContain('started')
    expect(readRun('wild')).toEqual(before)
  })

  test('leaves results, report, models and a table', async () => {
    const { code, stdout, stderr } = await runWmnet([...quick, '--trials', '1', '--epochs', '1'], folder)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Pair under Short')
    const run = join(folder, 'runs/TinyRun')
    expect(readdirSync(run)).toEqual(
      expect.arrayContaining(['models', 'plan.json', 'report.html', 'results.csv', 'results.json', 'trials']),
    )
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
    const long = ['--trials', '3', '--epochs', '8'] as const
    for (const jobs of ['1', '2']) {
      const out = `jobs-${jobs}`
      const run = startWmnet([...quick, ...long, '--out', out, '--jobs', jobs], folder)
      await run.sees(/: done/)
      run.child.kill('SIGINT')
      const { code, stderr } = await run.ended
      expect(code, stderr).toBe(130)
      expect(stderr).toMatch(/of 6 trials finished; go on with: wmnet run .* --out jobs-\d --jobs \d --resume$/m)
      expect(JSON.parse(readFileSync(join(folder, out, 'results.json'), 'utf8')).complete).toBe(false)
      expect((await runWmnet([...quick, ...long, '--out', out, '--resume'], folder)).code).toBe(0)
    }
    expect((await runWmnet([...quick, ...long, '--out', 'straight'], folder)).code).toBe(0)
    expect(readRun('jobs-1')).toEqual(readRun('straight'))
    expect(readRun('jobs-2')).toEqual(readRun('straight'))
  }, 120_000)

  test('a killed run leaves no half-written file and goes on', async () => {
    const flags = ['--out', 'killed', '--resume'] as const
    // Kills at the start, in training, just after a trial is stored, and while the report is written.
    for (const moment of [/backend cpu/, /started/, /epoch 2/, /: done/, /: done/, /4 of 4/]) {
      const run = startWmnet([...quick, ...flags], folder)
      // A resumed run may have nothing left to show this moment with: then it ends well.
      await run.sees(moment).catch(() => {})
      run.child.kill('SIGKILL')
      await run.ended
      expectWholeFiles('killed')
    }
    expect((await runWmnet([...quick, ...flags], folder)).code).toBe(0)
    expect((await runWmnet([...quick, '--out', 'straight'], folder)).code).toBe(0)
    expect(readRun('killed')).toEqual(readRun('straight'))
  }, 120_000)

  test.skipIf(!hasProc)('workers end with their killed parent', async () => {
    const run = startWmnet([...quick, '--out', 'orphans', '--jobs', '2', '--epochs', '500'], folder)
    await run.sees(/epoch 1/)
    const workers = childrenOf(run.child.pid)
    expect(workers).toHaveLength(2)
    run.child.kill('SIGKILL')
    await run.ended
    await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([])
  })

  test.skipIf(!hasProc)('a killed worker costs its own trial alone', async () => {
    const flags = ['--out', 'lost', '--jobs', '2', '--epochs', '30'] as const
    const run = startWmnet([...quick, ...flags], folder)
    await run.sees(/epoch 1/)
    const [worker] = childrenOf(run.child.pid)
    process.kill(worker ?? 0, 'SIGKILL')
    const { code, stderr } = await run.ended
    expect(code, stderr).toBe(3)
    const message = /error\[WM0807\](?:.|\n)*?\n(?=\S)/.exec(stderr)?.[0].replace(/(cnn|smooth)/g, 'VARIANT')
    await expect(`$ wmnet run tiny.wmspec --jobs 2\n${message}`).toMatchFileSnapshot('../golden/cli/WM0807-killed.txt')
    expect(stderr).toContain('3 of 4 trials finished')
    expect((await runWmnet([...quick, ...flags, '--resume'], folder)).code).toBe(0)
  })
})

function childrenOf(pid: number | undefined): readonly number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.map(Number).filter((child) => statOf(child)?.parent === pid)
}

function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state
  // A zombie is dead; only nobody has asked for its exit code.
  return state !== undefined && state !== 'Z'
}

/** From /proc/PID/stat: `pid (name) state parent …`. */
function statOf(pid: number): { readonly state: string | undefined; readonly parent: number } | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return undefined
  }
}
