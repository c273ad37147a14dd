import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseBackend } from '../src/backends/tfjs/choose.ts'
import type { Probe } from '../src/backends/tfjs/engines/engine.ts'
import { examineBackends, releaseBackend, startBackend } from '../src/backends/tfjs/index.ts'
import { withoutStartupNoise } from '../src/backends/tfjs/quiet.ts'
import { codes } from '../src/diagnostics/codes.ts'
import { DiagnosticError } from '../src/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import type { BackendName } from '../src/study/job.ts'

// What this machine has beside wmnet must not matter here: packages are those of the projects that the tests make.
vi.mock(import('../src/backends/tfjs/engines/optional-package.ts'), async (importOriginal) => {
  const original = await importOriginal()
  const inProject: typeof original.loadOptionalPackage = async (name) =>
    original.loadOptionalPackage(name, [await original.projectBase()])
  return { ...original, loadOptionalPackage: inProject }
})

const home = process.cwd()
const projects: string[] = []

afterEach(() => {
  releaseBackend()
  vi.restoreAllMocks()
  process.chdir(home)
  for (const project of projects.splice(0)) rmSync(project, { recursive: true })
})

describe('the automatic choice', () => {
  const present = (hardware: 'gpu' | 'software-gpu' | 'cpu', description: string): Probe => {
    return { available: true, version: '1', description, hardware }
  }
  const absent = (problem: string): Probe => ({ available: false, version: null, problem, remedy: null })
  const wasm = present('cpu', 'SIMD')
  const cpu = present('cpu', 'plain JavaScript')

  it.each<[string, BackendName, Partial<Record<BackendName, Probe>>]>([
    ['TensorFlow on a GPU', 'tensorflow', { tensorflow: present('gpu', 'CUDA'), webgpu: present('gpu', 'a card') }],
    ['a card by WebGPU', 'webgpu', { tensorflow: present('cpu', 'no CUDA'), webgpu: present('gpu', 'a card') }],
    ['no software adapter', 'tensorflow', { tensorflow: present('cpu', ''), webgpu: present('software-gpu', '') }],
    ['wasm before a software adapter', 'wasm', { webgpu: present('software-gpu', 'SwiftShader'), wasm }],
    ['wasm', 'wasm', { wasm }],
    ['cpu', 'cpu', {}],
  ])('takes %s', async (_case, name, probes) => {
    const choice = await chooseBackend(async (asked) => ({ cpu, ...probes })[asked] ?? absent(`no ${asked}`))
    expect(choice.name).toBe(name)
  })

  it('says what kept faster backends out, and probes no slower ones', async () => {
    const asked: BackendName[] = []
    const choice = await chooseBackend(async (name) => {
      asked.push(name)
      if (name === 'webgpu') return present('software-gpu', 'llvmpipe')
      return name === 'wasm' ? wasm : absent('not installed')
    })
    expect(choice.reason).toBe('the fastest here (not installed; llvmpipe: no GPU)')
    expect(asked).toEqual(['tensorflow', 'webgpu', 'tensorflow', 'wasm'])
  })
})

describe('starting a backend', () => {
  it.each(['wasm', 'cpu'] as const)('%s becomes the current one, without a word from tfjs', async (name) => {
    const warn = vi.spyOn(console, 'warn')
    const log = vi.spyOn(console, 'log')
    const started = await startBackend(name)
    expect(started).toMatchObject({ name, reason: 'asked for' })
    expect(tf.getBackend()).toBe(name)
    expect(await tf.add(tf.tensor1d([1, 2]), 1).data()).toEqual(Float32Array.of(2, 3))
    expect(warn).not.toHaveBeenCalled()
    expect(log).not.toHaveBeenCalled()
  })

  it.each(['tensorflow', 'webgpu'] as const)(
    'says how to get %s where it is missing, and falls back on nothing',
    async (name) => {
      inEmptyProject()
      await startBackend('cpu')
      const refused = await startBackend(name).catch((thrown: unknown) => thrown)
      if (!(refused instanceof DiagnosticError)) throw new Error(`${name} started`)
      const message = renderDiagnostics(refused.diagnostics, new Map(), { color: false })
      const made = `--backend ${name}, with none of its packages installed`
      await expect(`${made}\n${'─'.repeat(80)}\n${message}`).toMatchFileSnapshot(
        join(import.meta.dirname, 'golden', 'environment', `WM0701-${name}.txt`),
      )
      expect(codes.WM0701.exit).toBe(3)
      expect(tf.getBackend()).toBe('cpu')
    },
  )

  it('lets other warnings of tfjs through', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    await withoutStartupNoise(async () => {
      console.warn("The kernel 'Add' for backend 'cpu' is already registered")
      console.warn('High memory usage in GPU')
    })
    console.warn("The kernel 'Add' for backend 'cpu' is already registered")
    expect(warn.mock.calls).toEqual([
      ['High memory usage in GPU'],
      ["The kernel 'Add' for backend 'cpu' is already registered"],
    ])
  })
})

describe('examining this machine', () => {
  it('reports every backend, chooses one, and leaves the current one alone', async () => {
    inEmptyProject()
    await startBackend('cpu')
    const reports = await examineBackends()
    expect(tf.getBackend()).toBe('cpu')
    expect(reports.map((report) => report.name)).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu'])
    expect(reports.filter((report) => report.chosen !== null)).toHaveLength(1)
    for (const name of ['wasm', 'cpu']) {
      expect(reports.find((report) => report.name === name)).toMatchObject({ available: true, version: '4.22.0' })
    }
    expect(reports.find((report) => report.name === 'wasm')?.detail).toMatch(/SIMD, 1 thread$/)
  })

  it("finds packages in the user's project, and says why one does not load", async () => {
    installInProject('@tensorflow/tfjs-node', "throw new Error('libtensorflow.so.2: cannot open\\nsecond line')")
    const reports = await examineBackends()
    expect(reports.find((report) => report.name === 'tensorflow')).toMatchObject({
      available: false,
      version: '9.9.9',
      detail: '@tensorflow/tfjs-node 9.9.9 does not load: libtensorflow.so.2: cannot open',
    })
  })

  it.each([
    ['{ vendor: "nvidia", architecture: "hopper" }', 'nvidia hopper', true],
    ['{ vendor: "google", device: "SwiftShader Device" }', 'google SwiftShader Device, a software adapter', false],
    ['{ vendor: "mesa", description: "llvmpipe (LLVM 15)" }', 'mesa llvmpipe (LLVM 15), a software adapter', false],
    ['{ vendor: "intel", isFallbackAdapter: true }', 'intel, a software adapter', false],
  ])('takes a WebGPU adapter %s for what it is', async (info, detail, chosen) => {
    installInProject(
      'webgpu',
      `exports.globals = {}; exports.create = () => ({ requestAdapter: async () => ({ info: ${info} }) })`,
    )
    const report = (await examineBackends()).find(({ name }) => name === 'webgpu')
    expect(report).toMatchObject({ available: true, version: '9.9.9', detail })
    expect(report?.chosen !== null).toBe(chosen)
    expect(currentGpu()).toBeDefined()
    releaseBackend()
    expect(currentGpu()).toBeUndefined()
  })

  it('does not take webgpu without an adapter', async () => {
    installInProject('webgpu', 'exports.globals = {}; exports.create = () => ({ requestAdapter: async () => null })')
    await expect(startBackend('webgpu')).rejects.toThrow('the webgpu backend cannot run: there is no graphics adapter')
    releaseBackend()
  })
})

function currentGpu(): unknown {
  return (globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu
}

function inEmptyProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'wmnet-project-'))
  projects.push(project)
  process.chdir(project)
  return project
}

function installInProject(name: string, source: string): void {
  const project = inEmptyProject()
  const main = join(project, 'node_modules', name, 'index.js')
  mkdirSync(dirname(main), { recursive: true })
  writeFileSync(main, source)
  writeFileSync(join(dirname(main), 'package.json'), JSON.stringify({ name, version: '9.9.9', main: 'index.js' }))
}
