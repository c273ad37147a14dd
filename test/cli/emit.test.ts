import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { multipleOfNode, root, runWmnet } from './wmnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'wmnet-emit-'))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(join(root, 'node_modules/@tensorflow'), join(folder, 'node_modules/@tensorflow'))
afterAll(() => rmSync(folder, { recursive: true }))
const densenet = join(root, 'examples/paper/densenet.wmnet')

test('a module is written to a file, and written again', async () => {
  for (const _time of [1, 2]) {
    const ended = await runWmnet(['emit', densenet, '--variant', 'alternating', '-o', 'model.ts'], folder)
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' })
  }
  const text = readFileSync(join(folder, 'model.ts'), 'utf8')
  expect(text).toBe(readFileSync(join(root, 'test/golden/emit/densenet-alternating.ts.txt'), 'utf8'))
})

// Packages are looked for in every folder above.
describe.skipIf(existsSync(join(tmpdir(), 'node_modules')))('where the packages are not installed', () => {
  const bare = mkdtempSync(join(tmpdir(), 'wmnet-emit-bare-'))
  afterAll(() => rmSync(bare, { recursive: true }))

  test.each([
    ['WM1061-core', []],
    ['WM1061-layers', ['--with-layers']],
  ])('%s: a module is written, and a warning says what it lacks', async (name, flags) => {
    const path = join(bare, 'model.ts')
    const { code, stdout, stderr } = await runWmnet(['emit', densenet, '--variant', 'conv', ...flags, '-o', path], root)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(readFileSync(path, 'utf8')).toContain('export function forward(')
    const command = `emit examples/paper/densenet.wmnet --variant conv ${[...flags, '-o'].join(' ')} /tmp/model.ts`
    const shown = `$ wmnet ${command}\n${stderr.replaceAll(bare, '/tmp')}→ exit code ${code}\n`
    await expect(shown).toMatchFileSnapshot(`../golden/cli/${name}.txt`)
  })
})

test('the other form and a protocol are options', async () => {
  const spec = join(root, 'specs/quick.wmspec')
  const args = [
    'emit',
    join(root, 'examples/paper/small.wmnet'),
    '--variant',
    'smooth_bn',
    '--with-layers',
    '--train',
    spec,
  ]
  const { code, stdout, stderr } = await runWmnet([...args, '--protocol', 'Quick'], folder)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(readFileSync(join(root, 'test/golden/emit/small-smooth_bn-layers.ts.txt'), 'utf8'))
})

test('without -o it goes to standard output', async () => {
  const { code, stdout } = await runWmnet(['emit', densenet, '--variant', 'conv', '--literal'], folder)
  expect(code).toBe(0)
  expect(stdout).toContain('export function forward(')
})

test('a DenseNet is emitted soon after Node has started', () => {
  // About 10 was measured, of which ts-morph 5 and the check 3.
  expect(multipleOfNode('emit examples/paper/densenet.wmnet --variant alternating')).toBeLessThan(13)
})

const protocol = (name: string, rest: string) =>
  `protocol ${name} {\n  data mnist\n  train adam { epochs = 1 }\n  measure error\n  ${rest}\n}\n`
const wrong: readonly (readonly [string, readonly string[], number, string])[] = [
  ['no variant chosen', ['emit', densenet], 1, 'WM0914'],
  ['an unknown variant', ['emit', densenet, '--variant', 'con'], 1, "did you mean 'conv'"],
  ['a file that is not there', ['emit', 'nothing.wmnet'], 1, 'WM0001'],
  ['a folder that is not there', ['emit', densenet, '--variant', 'conv', '-o', 'a/b.ts'], 3, 'WM0913'],
  ['another ending', ['emit', densenet, '--variant', 'conv', '-o', 'model.py'], 1, 'WM0904'],
  ['an eps wider than the range', ['emit', densenet, '--variant', 'conv', '--train', 'wide.wmspec'], 1, 'WM0514'],
  ['a file of somebody else', ['emit', densenet, '--variant', 'conv', '-o', 'own.ts'], 1, 'WM0912'],
]

test.each(wrong)('%s is a clear error', async (_name, args, code, message) => {
  writeFileSync(join(folder, 'own.ts'), 'export const mine = 1\n')
  writeFileSync(join(folder, 'wide.wmspec'), protocol('Wide', 'attack fgsm(eps=2)'))
  const ended = await runWmnet(args, folder)
  expect(ended.code).toBe(code)
  expect(ended.stderr).toContain(message)
  expect(ended.stdout).toBe('')
  expect(readFileSync(join(folder, 'own.ts'), 'utf8')).toBe('export const mine = 1\n')
})

const specs: Readonly<Record<string, string>> = {
  'none.wmspec': 'network N { input 8x8x1; flatten; dense(10) }\n',
  'two.wmspec': protocol('Clean', '') + protocol('Attacked', 'attack fgsm(eps=0.1)'),
  'more.wmspec': protocol('More', 'attack pgd(eps=0.1)\n  attack fgsm(eps=0.1)\n  attack fgsm(eps=0.5, norm=l2)'),
}

const refusals = [
  ['WM0903-emit', 'emit small.wmnet --variant cnn --protocol Clean'],
  ['WM0915-none', 'emit small.wmnet --variant cnn --train none.wmspec'],
  ['WM0915-several', 'emit small.wmnet --variant cnn --train two.wmspec'],
  ['WM0915-misspelled', 'emit small.wmnet --variant cnn --train two.wmspec --protocol Atacked'],
  ['WM1060-several', 'emit small.wmnet --variant cnn --train more.wmspec'],
] as const

describe('protocols that are not written', () => {
  beforeAll(() => {
    copyFileSync(join(root, 'examples/paper/small.wmnet'), join(folder, 'small.wmnet'))
    for (const [name, text] of Object.entries(specs)) writeFileSync(join(folder, name), text)
  })

  test.each(refusals)('%s: %s', async (name, command) => {
    const { code, stdout, stderr } = await runWmnet(command.split(' '), folder)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`error[${name.slice(0, 6)}]`)
    await expect(`$ wmnet ${command}\n${stderr}→ exit code ${code}\n`).toMatchFileSnapshot(`../golden/cli/${name}.txt`)
  })
})
