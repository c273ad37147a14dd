import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root, runWmnet } from './cli/wmnet.ts'

const page = readFileSync(join(root, 'docs/emit.md'), 'utf8')
const commands = [...page.matchAll(/^ {4}npx (.+)$/gm)].map(([, command = '']) => command)
const emits = commands.filter((command) => command.startsWith('wmnet '))
const tsc = commands.filter((command) => command.startsWith('tsc '))

/** A project of a user's own: tfjs and TypeScript as they come from npm, no tsconfig.json, no wmnet. */
const project = mkdtempSync(join(tmpdir(), 'wmnet-docs-emit-'))
afterAll(() => rmSync(project, { recursive: true }))

beforeAll(() => {
  mkdirSync(join(project, 'node_modules'))
  for (const name of ['@tensorflow', '@types', '@webgpu', 'typescript', '.bin']) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  }
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
})

function run(command: string, cwd: string) {
  const { status, stdout, stderr } = spawnSync('npx', command.split(' '), { cwd, encoding: 'utf8' })
  return { status, lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') }
}

async function emit(command: string): Promise<void> {
  const args = command.split(' ').slice(1, -1)
  expect(await runWmnet([...args, join(project, 'model.ts')], root)).toMatchObject({ code: 0, stderr: '' })
}

it('docs/emit.md shows two ways to write a module and two to compile it', () => {
  expect([emits.length, tsc.length]).toEqual([2, 2])
})

const [anywhere = '', inWmnet = ''] = tsc
const none = { status: 0, lines: [] }

describe.each(emits)('%s', (command) => {
  beforeAll(() => emit(command))

  it('gives a module that compiles in a project of a user’s own', () => {
    expect(run(anywhere, project)).toEqual(none)
  }, 60_000)

  it('gives a module that needs no --skipLibCheck', () => {
    expect(run(anywhere.replace(' --skipLibCheck', ''), project)).toEqual(none)
  }, 60_000)

  it('gives a module that compiles from wmnet’s folder', () => {
    expect(run(inWmnet.replace('/tmp', project), root)).toEqual(none)
  }, 60_000)
})

describe.each(emits.map((command) => command.replace(' -o', ' --with-layers -o')))('%s', (command) => {
  beforeAll(() => emit(command))

  it('gives a module that compiles in a project of a user’s own', () => {
    expect(run(anywhere, project)).toEqual(none)
  }, 60_000)

  it('leaves tfjs-layers’ own declarations alone to be complained about without --skipLibCheck', () => {
    const { lines } = run(anywhere.replace(' --skipLibCheck', ''), project)
    const places = lines.filter((line) => /^\S+\(\d+,\d+\): error/.test(line))
    expect(places.length).toBeGreaterThan(0)
    expect(places.filter((line) => !/^\S*node_modules\//.test(line))).toEqual([])
  }, 60_000)
})
