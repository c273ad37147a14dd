import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { codes } from '../../src/diagnostics/codes.ts'
import { tfjsVersion, version } from '../../src/version.ts'
import { multipleOfNode, root, runWmnet } from './wmnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'wmnet-commands-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const good = 'network Tiny {\n  input 8x8x1\n  flatten\n  dense(10)\n}\n'
const bad = good.replace('dense(10)', 'dens(10)')
writeFileSync(join(folder, 'good.wmnet'), good)
writeFileSync(join(folder, 'bad.wmnet'), bad)
writeFileSync(join(folder, 'warned.wmnet'), good.replace('Tiny', 'Tiny(scale: int = 3)'))

describe('wmnet check', () => {
  test('says ok for what is', async () => {
    const ended = await runWmnet(['check', 'good.wmnet'], folder)
    expect(ended).toMatchObject({ code: 0, stdout: 'good.wmnet: ok, 1 variant\n', stderr: '' })
  })

  test('counts warnings, which fail nothing', async () => {
    const { code, stdout, stderr } = await runWmnet(['check', 'warned.wmnet'], folder)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'warned.wmnet: ok, 1 variant, 2 warnings\n' })
    expect(stderr).toContain('warning[WM0223]')
    expect(stderr).toContain('warning[WM0224]')
    const json = await runWmnet(['check', '--json', 'warned.wmnet'], folder)
    expect(json).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(json.stdout)).toMatchObject([{ severity: 'warning' }, { severity: 'warning' }])
    const summary = await runWmnet(['summary', 'warned.wmnet'], folder)
    expect(summary.code).toBe(0)
    expect(summary.stderr).toBe(stderr)
  })

  test('checks the other files too when one is wrong', async () => {
    const { code, stdout, stderr } = await runWmnet(['check', 'absent.wmnet', 'bad.wmnet', 'good.wmnet'], folder)
    expect(code).toBe(1)
    expect(stdout).toBe('good.wmnet: ok, 1 variant\n')
    expect(stderr).toContain('error[WM0001]')
    expect(stderr).toContain('--> bad.wmnet:4:3')
  })

  test('prints JSON alone with --json', async () => {
    const fine = await runWmnet(['check', '--json', 'good.wmnet'], folder)
    expect(fine).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' })
    const { code, stdout, stderr } = await runWmnet(
      ['check', '--json', 'good.wmnet', 'bad.wmnet', 'absent.wmnet'],
      folder,
    )
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject([
      { file: 'bad.wmnet', severity: 'error', start: { line: 4, column: 3 } },
      { code: 'WM0001', file: null },
    ])
  })

  test('finds imports relative to the file that names them, from any folder', async () => {
    const { code, stdout } = await runWmnet(['check', join(root, 'specs/quick.wmspec')], folder)
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(root, 'specs/quick.wmspec')}: ok, 1 study\n` })
  })

  test('answers soon after Node has started', () => {
    // About 4 was measured, and 7.3 with tfjs-core loaded, which a check must not do.
    expect(multipleOfNode('check examples/paper/small.wmnet')).toBeLessThan(5.5)
  })
})

describe('colours', () => {
  test('are for terminals, unless asked for', async () => {
    const sequence = '\u001b['
    expect((await runWmnet(['check', 'bad.wmnet'], folder)).stderr).not.toContain(sequence)
    expect((await runWmnet(['check', 'bad.wmnet'], folder, { FORCE_COLOR: '1' })).stderr).toContain(sequence)
    const refused = await runWmnet(['check', 'bad.wmnet'], folder, { FORCE_COLOR: '1', NO_COLOR: '1' })
    expect(refused.stderr).not.toContain(sequence)
  })
})

describe('wmnet explain', () => {
  test.each(Object.keys(codes).slice(0, 3))('knows %s', async (code) => {
    const { stdout } = await runWmnet(['explain', code.toLowerCase()], folder)
    const entry = codes[code as keyof typeof codes]
    expect(stdout).toBe(`${code}: ${entry.title}\n\n${entry.explanation}\n`)
  })
})

describe('wmnet doctor', () => {
  test('lists the backends, for people and for programs', async () => {
    const { code, stdout } = await runWmnet(['doctor', '--json'], folder)
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ wmnet: version, node: process.versions.node, cores: availableParallelism() })
    expect(report.threads).toEqual({ available: true, problem: null, most: 8 })
    const backends: { name: string; available: boolean; chosen: string | null }[] = report.backends
    expect(backends.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu'])
    expect(backends.filter(({ chosen }) => chosen !== null)).toHaveLength(1)
    const text = (await runWmnet(['doctor'], folder)).stdout
    expect(text).toMatch(
      /^ {2}✓ --threads N gives a trial N on wasm, 8 at most; jobs times threads fill the \d+ cores?$/m,
    )
    for (const { name, available } of backends) expect(text).toContain(`${available ? '✓' : '✗'} ${name}`)
  })
})

describe('help', () => {
  test.each(['', 'check', 'summary', 'variants', 'run', 'export', 'doctor', 'explain'])(
    'of wmnet %s',
    async (command) => {
      const { code, stdout, stderr } = await runWmnet([...command.split(' ').filter(Boolean), '--help'], folder, {
        COLUMNS: '100',
      })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      await expect(stdout).toMatchFileSnapshot(`../golden/cli/help-${command || 'wmnet'}.txt`)
    },
  )

  test('--version is the package version, and tfjs is the pinned one', async () => {
    expect((await runWmnet(['--version'], folder)).stdout).toBe(`${manifest.version}\n`)
    expect(version).toBe(manifest.version)
    for (const name of ['core', 'layers', 'backend-cpu', 'backend-wasm', 'backend-webgpu'] as const) {
      expect(manifest.dependencies[`@tensorflow/tfjs-${name}`]).toBe(tfjsVersion)
    }
  })
})

test('a reader that stops early ends the program without a word', () => {
  const command = `node '${root}/dist/cli/main.js' summary '${root}/examples/paper/small.wmnet' --json | head -1`
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
  expect({ stdout, stderr }).toEqual({ stdout: '[\n', stderr: '' })
})
