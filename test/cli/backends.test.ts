// One study on every backend, each in a process of its own: the same networks, trained, perturbed and attacked alike.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { BackendReport } from '../../src/backends/tfjs/index.ts'
import { runWmnet, tinyStudy } from './wmnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'wmnet-backends-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { stdout } = await runWmnet(['doctor', '--json'])
const reports = (JSON.parse(stdout) as { backends: readonly BackendReport[] }).backends
const required = (process.env.WMNET_REQUIRE_BACKENDS ?? '').split(',').filter((name) => name !== '')
const names = ['wasm', 'tensorflow', 'webgpu'] as const

/** Numbers of a run by their path in results.json, without what names the backend or tells the time. */
async function runOn(backend: string): Promise<ReadonlyMap<string, unknown>> {
  const flags = ['--backend', backend, '--out', backend, '--trials', '1', '--jobs', '1']
  const { code, stderr } = await runWmnet(['run', tinyStudy, ...flags], folder)
  expect(code, stderr).toBe(0)
  const results = JSON.parse(readFileSync(join(folder, backend, 'results.json'), 'utf8'))
  expect(results.backend).toBe(backend)
  return new Map(leavesOf(results.runs, 'runs'))
}

function leavesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, `${path}.${key}`))
}

describe('a study gives the numbers of cpu', () => {
  let cpu: Promise<ReadonlyMap<string, unknown>> | undefined

  const isThere = (name: string) => reports.some((report) => report.name === name && report.available)
  const isWanted = (name: string) => isThere(name) || required.includes(name)

  const detailOf = (name: string) => reports.find((report) => report.name === name)?.detail
  for (const name of names.filter((name) => !isWanted(name))) it.skip(`on ${name}, which cannot run: ${detailOf(name)}`)

  it.each(names.filter(isWanted))(
    'on %s',
    async (name) => {
      cpu ??= runOn('cpu')
      const [expected, found] = [await cpu, await runOn(name)]
      expect([...found.keys()]).toEqual([...expected.keys()])
      for (const [path, value] of expected) expectAlike(path, found.get(path), value)
    },
    180_000,
  )
})

/**
 * Losses and mean squares to 1e-5 of their size: two epochs of rounding errors; 2e-7 was seen. Errors to one of the 32 test or
 * 16 validation images (none was seen): one may lie where rounding decides. All else exactly.
 */
function expectAlike(path: string, found: unknown, expected: unknown): void {
  if (typeof found !== 'number' || typeof expected !== 'number' || (Number.isInteger(expected) && !isError(path))) {
    expect(found, path).toEqual(expected)
    return
  }
  const images = /validation/.test(path) ? 16 : 32
  const tolerance = isError(path) ? 1 / images : 1e-5 * Math.abs(expected)
  expect(Math.abs(found - expected), path).toBeLessThanOrEqual(tolerance)
}

const isError = (path: string): boolean => /\.(error|validationError)\b/.test(path)
