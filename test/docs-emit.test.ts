import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
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

  // It imports tfjs-core alone.
  if (!command.includes('--train')) {
    it('gives a module that needs no --skipLibCheck', () => {
      expect(run(anywhere.replace(' --skipLibCheck', ''), project)).toEqual(none)
    }, 60_000)

    it('gives a module that compiles from wmnet’s folder', () => {
      expect(run(inWmnet.replace('/tmp', project), root)).toEqual(none)
    }, 60_000)
  }
})

const training = emits.filter((command) => command.includes('--train'))

/** What a project does with the module: one step and one attack on the backend that it chose. */
const use = `
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as model from './model.mjs'
await tf.setBackend('cpu')
const start = model.createModel === undefined ? model.initWeights(1) : model.createModel(1)
const [x, labels] = [tf.fill([1, 28, 28, 1], 0.5), tf.tensor1d([3], 'int32')]
const optimizer = model.createOptimizer()
const losses = [1, 2].map(() => model.trainStep(start, optimizer, x, labels).dataSync()[0])
const moved = tf.max(tf.abs(tf.sub(model.fgsm(start, x, labels, 0.25), x))).dataSync()[0]
console.log(losses[1] < losses[0], moved)
`

describe.each(training.flatMap((command) => [command, command.replace(' -o', ' --with-layers -o')]))(
  '%s',
  (command) => {
    it('gives a module that trains and attacks in Node with a backend and what it imports itself', async () => {
      await emit(command)
      const source = readFileSync(join(project, 'model.ts'), 'utf8')
      writeFileSync(join(project, 'model.mjs'), stripTypes(source))
      writeFileSync(join(project, 'use.mjs'), use)
      const { status, stdout, stderr } = spawnSync('node', ['use.mjs'], { cwd: project, encoding: 'utf8' })
      expect(status, stderr).toBe(0)
      expect(stdout.trim().split('\n').at(-1)).toBe('true 0.25')
    }, 60_000)
  },
)

function stripTypes(source: string): string {
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 }
  return ts.transpileModule(source, { compilerOptions }).outputText
}

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
