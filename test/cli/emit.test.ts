import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root, runWmnet } from './wmnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'wmnet-emit-'))
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

test('without -o it goes to standard output', async () => {
  const { code, stdout } = await runWmnet(['emit', densenet, '--variant', 'conv', '--train', '--literal'], folder)
  expect(code).toBe(0)
  expect(stdout).toContain('export function trainStep(')
})

const wrong: readonly (readonly [string, readonly string[], number, string])[] = [
  ['no variant chosen', ['emit', densenet], 1, 'WM0914'],
  ['an unknown variant', ['emit', densenet, '--variant', 'con'], 1, "did you mean 'conv'"],
  ['a file that is not there', ['emit', 'nothing.wmnet'], 1, 'WM0001'],
  ['a folder that is not there', ['emit', densenet, '--variant', 'conv', '-o', 'a/b.ts'], 3, 'WM0913'],
  ['another ending', ['emit', densenet, '--variant', 'conv', '-o', 'model.py'], 1, 'WM0904'],
  ['a file of somebody else', ['emit', densenet, '--variant', 'conv', '-o', 'own.ts'], 1, 'WM0912'],
]

test.each(wrong)('%s is a clear error', async (_name, args, code, message) => {
  writeFileSync(join(folder, 'own.ts'), 'export const mine = 1\n')
  const ended = await runWmnet(args, folder)
  expect(ended.code).toBe(code)
  expect(ended.stderr).toContain(message)
  expect(ended.stdout).toBe('')
  expect(readFileSync(join(folder, 'own.ts'), 'utf8')).toBe('export const mine = 1\n')
})
