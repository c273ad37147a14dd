import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { root, runWmnet, startWmnet } from './wmnet.ts'

const parent = mkdtempSync(join(tmpdir(), 'wmnet-fmt-'))
const folder = join(parent, 'project')
afterAll(() => rmSync(parent, { recursive: true, force: true }))

const tidy = 'define tidy { relu } // in order\n'
const untidy = 'define untidy{relu}   // not yet'
const formatted = 'define untidy { relu } // not yet\n'
const wrong = 'define wrong {\n  conv(\n}\n'

const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  write('tidy.wmnet', tidy)
  write('untidy.wmnet', untidy)
  write('wrong.wmnet', wrong)
})

/** With a text on standard input. */
async function pipeWmnet(args: readonly string[], input: string | Uint8Array) {
  const { child, ended } = startWmnet(args, folder)
  child.stdin?.end(input)
  return ended
}

describe('wmnet fmt FILE…', () => {
  test('writes what changes, in place, and names it', async () => {
    const before = statSync(join(folder, 'tidy.wmnet'))
    const ended = await runWmnet(['fmt', 'tidy.wmnet', 'untidy.wmnet'], folder)
    expect(ended).toMatchObject({ code: 0, stdout: 'untidy.wmnet: formatted\n', stderr: '' })
    expect(read('untidy.wmnet')).toBe(formatted)
    const after = statSync(join(folder, 'tidy.wmnet'))
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs])
    expect(await runWmnet(['fmt', 'tidy.wmnet', 'untidy.wmnet'], folder)).toMatchObject({ code: 0, stdout: '' })
  })

  test('goes on after files that cannot be read or formatted, and leaves these as they are', async () => {
    const latin = Buffer.from('// Gr\xf6\xdfe\n', 'latin1')
    write('latin.wmnet', latin)
    const names = ['absent.wmnet', 'wrong.wmnet', 'latin.wmnet', '.', 'untidy.wmnet']
    const { code, stdout, stderr } = await runWmnet(['fmt', ...names], folder)
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'untidy.wmnet: formatted\n' })
    await expect(stderr.replaceAll(folder, '/project')).toMatchFileSnapshot('../golden/cli/fmt-refused.txt')
    expect(read('wrong.wmnet')).toBe(wrong)
    expect(readFileSync(join(folder, 'latin.wmnet'))).toEqual(latin)
    expect(read('untidy.wmnet')).toBe(formatted)
  })

  test('drops a byte-order mark even where nothing else changes', async () => {
    write('tidy.wmnet', `\uFEFF${tidy}`)
    expect((await runWmnet(['fmt', '--check', 'tidy.wmnet'], folder)).code).toBe(1)
    expect((await runWmnet(['fmt', 'tidy.wmnet'], folder)).code).toBe(0)
    expect(read('tidy.wmnet')).toBe(tidy)
  })

  test('keeps the mode of a file and symbolic links to it, and leaves nothing beside it', async () => {
    chmodSync(join(folder, 'untidy.wmnet'), 0o754)
    symlinkSync('untidy.wmnet', join(folder, 'link.wmnet'))
    expect((await runWmnet(['fmt', 'link.wmnet'], folder)).code).toBe(0)
    expect(lstatSync(join(folder, 'link.wmnet')).isSymbolicLink()).toBe(true)
    expect(read('untidy.wmnet')).toBe(formatted)
    expect(statSync(join(folder, 'untidy.wmnet')).mode & 0o7777).toBe(0o754)
    expect(readdirSync(folder).sort()).toEqual(['link.wmnet', 'tidy.wmnet', 'untidy.wmnet', 'wrong.wmnet'])
  })

  test('replaces the file at once: who has the old one open keeps it whole', async () => {
    linkSync(join(folder, 'untidy.wmnet'), join(folder, 'old'))
    expect((await runWmnet(['fmt', 'untidy.wmnet'], folder)).code).toBe(0)
    expect(read('old')).toBe(untidy)
  })

  test('says so where the system refuses to write, and the file is as it was', async () => {
    // No file may grow: as a full disk, but for the superuser as well.
    const command = `trap '' XFSZ; ulimit -f 0; '${process.execPath}' '${root}/dist/cli/main.js' fmt untidy.wmnet`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' })
    expect(stdout).toBe('')
    const shown = `$ wmnet fmt untidy.wmnet\n${stderr}→ exit code ${status}\n`
    await expect(shown).toMatchFileSnapshot('../golden/cli/WM0913-fmt.txt')
    expect(read('untidy.wmnet')).toBe(untidy)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('puts no file in the place of a pipe', () => {
    const command = `mkfifo pipe && (cat untidy.wmnet > pipe &) && '${process.execPath}' '${root}/dist/cli/main.js' fmt pipe`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toBe('error[WM0913]: file cannot be written\n   pipe: not a file on a disk\n')
    expect(statSync(join(folder, 'pipe')).isFIFO()).toBe(true)
  })

  test.skipIf(process.getuid?.() === 0)('does not write to a file that its user has locked', async () => {
    chmodSync(join(folder, 'untidy.wmnet'), 0o444)
    const { code, stderr } = await runWmnet(['fmt', 'untidy.wmnet'], folder)
    expect(code).toBe(3)
    expect(stderr).toContain('untidy.wmnet: EACCES: permission denied')
    expect(read('untidy.wmnet')).toBe(untidy)
  })
})

describe('wmnet fmt --check', () => {
  test('lists the files that would change, writes nothing and exits with 1', async () => {
    const ended = await runWmnet(['fmt', '--check', 'untidy.wmnet', 'tidy.wmnet'], folder)
    expect(ended).toMatchObject({ code: 1, stdout: 'untidy.wmnet\n', stderr: '' })
    expect(read('untidy.wmnet')).toBe(untidy)
  })

  test('exits with 0 and without a word when all is in order', async () => {
    const ended = await runWmnet(['fmt', 'tidy.wmnet', '--check'], folder)
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('a file with syntax errors is an error, too', async () => {
    const { code, stdout, stderr } = await runWmnet(['fmt', '--check', 'wrong.wmnet', 'tidy.wmnet'], folder)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('--> wrong.wmnet:2:')
  })
})

describe('wmnet fmt -', () => {
  test('reads standard input and writes standard output', async () => {
    expect(await pipeWmnet(['fmt', '-'], untidy)).toMatchObject({ code: 0, stdout: formatted, stderr: '' })
    expect(await pipeWmnet(['fmt', '-'], tidy)).toMatchObject({ code: 0, stdout: tidy, stderr: '' })
    expect(await pipeWmnet(['fmt', '-'], '')).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('writes nothing but the errors for what it refuses', async () => {
    const { code, stdout, stderr } = await pipeWmnet(['fmt', '-'], wrong)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('--> <stdin>:2:')
    const latin = await pipeWmnet(['fmt', '-'], Buffer.from([0x2f, 0x2f, 0xe2, 0x82]))
    expect(latin).toMatchObject({ code: 1, stdout: '' })
    expect(latin.stderr).toContain('<stdin>: byte 0xe2 at offset 2 is not UTF-8')
  })

  test('--check tells by the exit code', async () => {
    expect(await pipeWmnet(['fmt', '--check', '-'], untidy)).toMatchObject({ code: 1, stdout: '<stdin>\n' })
    expect(await pipeWmnet(['fmt', '--check', '-'], tidy)).toMatchObject({ code: 0, stdout: '' })
  })
})

test('help', async () => {
  const { code, stdout, stderr } = await runWmnet(['fmt', '--help'], folder, { COLUMNS: '100' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  await expect(stdout).toMatchFileSnapshot('../golden/cli/help-fmt.txt')
})

test('without a file it says what is missing', async () => {
  const { code, stderr } = await runWmnet(['fmt'], folder)
  expect(code).toBe(1)
  expect(stderr).toContain('error[WM0903]')
})
