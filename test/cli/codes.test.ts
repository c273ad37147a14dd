import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runCodes } from '../../src/diagnostics/codes/run.ts'
import { root, runWmnet, tinyStudy } from './wmnet.ts'

/** Each case runs in a folder of its own: the tiny study, the paper's file, and `run`, a finished run of the study. */
interface Case {
  readonly name: string
  /** `wmnet` stands before it. */
  readonly command: string
  prepare?(): void
}

const parent = mkdtempSync(join(tmpdir(), 'wmnet-codes-'))
const folder = join(parent, 'project')
const runTiny = 'run tiny.wmspec --backend cpu --out run'
const write = (path: string, content: string | Uint8Array): void => writeFileSync(join(folder, path), content)

const cases: readonly Case[] = [
  { name: 'WM0001-missing', command: 'check nets/tiny.wmnet' },
  { name: 'WM0001-folder', command: 'check run' },
  {
    name: 'WM0002-latin1',
    command: 'check tiny.wmnet',
    prepare: () => write('tiny.wmnet', Buffer.from('// Gr\xf6\xdfe\n', 'latin1')),
  },
  {
    name: 'WM0002-cut-off',
    command: 'check tiny.wmnet',
    prepare: () => write('tiny.wmnet', Buffer.from([0x2f, 0x2f, 0xe2, 0x82])),
  },
  {
    name: 'WM0003-large',
    command: 'check large.wmnet',
    prepare: () => write('large.wmnet', `// ${'x'.repeat(17_000_000)}\n`),
  },
  {
    name: 'WM0004-many',
    command: 'check many.wmnet',
    prepare: () => write('many.wmnet', `network N {\n  input 8x8x1\n${'  relux\n'.repeat(103)}}\n`),
  },
  {
    name: 'WM0117-words',
    command: 'check words.wmnet',
    prepare: () => write('words.wmnet', `network N {\n  input 8x8x1\n${'relu;'.repeat(800_000)}}\n`),
  },
  {
    name: 'WM0219-chain',
    command: 'check file0.wmnet',
    prepare: () => {
      for (let i = 0; i < 120; i++) write(`file${i}.wmnet`, `use "file${i + 1}.wmnet"\n`)
    },
  },
  {
    name: 'WM0911-boxes',
    command: 'graph boxes.wmnet --svg',
    prepare: () => {
      const layers = Array.from({ length: 2100 }, (_, i) => `  dense(${i + 1})\n`)
      write('boxes.wmnet', `network N {\n  input 1x1x1\n  flatten\n${layers.join('')}}\n`)
    },
  },
  { name: 'WM0914-several', command: 'graph small.wmnet --svg' },
  { name: 'WM0801-finished', command: runTiny },
  { name: 'WM0801-unfinished', command: runTiny, prepare: () => rmSync(join(folder, 'run/results.json')) },
  {
    name: 'WM0802-foreign',
    command: 'run tiny.wmspec --backend cpu --out notes --overwrite',
    prepare: () => makeNotes(),
  },
  { name: 'WM0803-plan', command: `${runTiny} --epochs 9 --seed 8 --variant cnn --resume` },
  {
    name: 'WM0804-in-use',
    command: `${runTiny} --resume`,
    prepare: () => write('run/.lock', `${process.pid}@${hostname()}`),
  },
  { name: 'WM0805-below-a-file', command: 'run tiny.wmspec --backend cpu --out tiny.wmspec/run' },
  {
    name: 'WM0806-trial',
    command: `${runTiny} --resume`,
    prepare: () => write('run/trials/Pair-Short/cnn/trial-2.json', '{'),
  },
  { name: 'WM0806-plan', command: `${runTiny} --resume`, prepare: () => write('run/plan.json', '[]') },
  { name: 'WM0901-misspelled', command: 'sumary small.wmnet' },
  { name: 'WM0902-misspelled', command: 'summary small.wmnet --flop conv' },
  { name: 'WM0902-of-another-command', command: 'check small.wmnet --epochs 3' },
  { name: 'WM0903-argument', command: 'run' },
  { name: 'WM0903-value', command: 'run tiny.wmspec --seed' },
  { name: 'WM0903-json', command: 'run tiny.wmspec --json' },
  { name: 'WM0904-number', command: 'run tiny.wmspec --epochs 2.5' },
  { name: 'WM0904-choice', command: 'run tiny.wmspec --backend wsam' },
  { name: 'WM0904-names', command: 'summary small.wmnet --variant cnn,' },
  { name: 'WM0905-excess', command: 'summary small.wmnet tiny.wmspec' },
  { name: 'WM0906-resume-overwrite', command: 'run tiny.wmspec --resume --overwrite' },
  { name: 'WM0906-profile', command: 'run tiny.wmspec --profile --resume --trials 2' },
  { name: 'WM0907-run', command: 'run tiny.wmspec --variant cnn,smoth' },
  { name: 'WM0907-summary', command: 'summary small.wmnet --variant Tabel2.cnn' },
  { name: 'WM0908-misspelled', command: 'run tiny.wmspec --study TinyRuns' },
  { name: 'WM0909-none', command: 'run small.wmnet' },
  { name: 'WM0909-several', command: 'run two.wmspec', prepare: () => write('two.wmspec', twoStudies) },
  {
    name: 'WM0912-own-file',
    command: 'variants small.wmnet --write nets',
    prepare: () => {
      mkdirSync(join(folder, 'nets'))
      write('nets/smooth.wmnet', 'network Mine { }')
    },
  },
  { name: 'WM0913-below-a-file', command: 'variants small.wmnet --write tiny.wmspec/nets' },
  { name: 'WM0910-number', command: 'explain WM0999' },
]

const twoStudies = `use "tiny.wmspec" { Pair, Short }
study A { run Pair under Short }
study B { run Pair under Short }
`

function makeNotes(): void {
  mkdirSync(join(folder, 'notes'))
  write('notes/monday.md', 'text')
  write('notes/tuesday.md', 'text')
}

beforeAll(async () => {
  const { code, stderr } = await runWmnet(['run', tinyStudy, '--backend', 'cpu', '--out', join(parent, 'finished')])
  expect(code, stderr).toBe(0)
}, 60_000)
afterAll(() => rmSync(parent, { recursive: true, force: true }))

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  cpSync(tinyStudy, join(folder, 'tiny.wmspec'))
  cpSync(join(root, 'examples/paper/small.wmnet'), join(folder, 'small.wmnet'))
  cpSync(join(parent, 'finished'), join(folder, 'run'), { recursive: true })
})

test.each(cases)('$name', async ({ name, command, prepare }) => {
  prepare?.()
  const { code, stdout, stderr } = await runWmnet(command.split(' '), folder)
  expect(stdout).toBe('')
  expect(stderr).toContain(`error[${name.slice(0, 6)}]`)
  const message = stderr
    .replaceAll(folder, '/project')
    .replaceAll(`process ${process.pid} on ${hostname()}`, 'process 4711 on host')
  await expect(`$ wmnet ${command}\n${message}→ exit code ${code}\n`).toMatchFileSnapshot(`../golden/cli/${name}.txt`)
})

test('every code of runs and of the command line has its golden message', () => {
  const golden = new Set(readdirSync(join(root, 'test/golden/cli')).map((file) => file.slice(0, 6)))
  // The training's codes, WM0850 to WM0859, have theirs beside the training.
  const own = Object.keys(runCodes).filter((code) => !code.startsWith('WM085'))
  expect(own.filter((code) => !golden.has(code))).toEqual([])
})

test('no run was changed by what was refused', () => {
  expect(existsSync(join(parent, 'finished/.lock'))).toBe(false)
  expect(readdirSync(join(parent, 'finished')).sort()).toEqual([
    'charts',
    'models',
    'plan.json',
    'report.html',
    'results.csv',
    'results.json',
    'trials',
  ])
})
