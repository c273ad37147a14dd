import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { StepProfile } from '../../src/study/profile/profile.ts'
import { root, runWmnet, startWmnet, tinyStudy } from './wmnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'wmnet-profile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const profile = ['run', tinyStudy, '--profile', '--backend', 'wasm'] as const

/** Times and shares as `#`, and the columns as narrow as they then can be. */
function maskTimes(text: string): string {
  return text
    .replace(/\d+\.\d\d\b/g, '#')
    .replace(/\d+\.\d %/g, '# %')
    .replace(/ {2,}/g, '  ')
    .replace(/─+/g, '───')
}

describe('wmnet run --profile', () => {
  test('shows every variant layer by layer, and writes nothing', async () => {
    const { code, stdout, stderr } = await runWmnet(profile, folder)
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'profiling cnn under Short on wasm\nprofiling smooth under Short on wasm\n',
    })
    await expect(maskTimes(stdout)).toMatchFileSnapshot('../golden/cli/profile.txt')
    expect(existsSync(join(folder, 'runs'))).toBe(false)
  })

  test('is what docs/profile.md shows', async () => {
    const page = readFileSync(join(root, 'docs/profile.md'), 'utf8')
    const [command = '', ...shown] = page
      .split('\n')
      .filter((line) => /^ {4}|^$/.test(line))
      .map((line) => line.slice(4))
      .slice(1)
    const { code, stdout } = await runWmnet(command.split(' ').slice(1), root)
    expect({ command, code, stdout }).toMatchObject({
      command: expect.stringMatching(/^wmnet run .* --profile/),
      code: 0,
      stdout: expect.stringContaining('WmMul'),
    })
    expect(maskTimes(shown.join('\n'))).toContain(maskTimes(stdout).trim())
  })

  test('prints JSON alone with --json, of the chosen variants, with the batch that is asked for', async () => {
    const { code, stdout } = await runWmnet([...profile, '--json', '--variant', 'smooth', '--batch', '8'], folder)
    expect(code).toBe(0)
    const [found, ...others]: (StepProfile & { variant: string; layers: object[] })[] = JSON.parse(stdout)
    expect(others).toEqual([])
    expect(found).toMatchObject({ variant: 'smooth', subject: 'Pair', protocol: 'Short', backend: 'wasm', batch: 8 })
    const [smooth] = found?.layers ?? []
    expect(smooth).toMatchObject({
      ...{ name: 'wm_smooth_1', kind: 'wm.smooth', label: null, line: 4, output: [6, 6, 4] },
      outputBytes: 6 * 6 * 4 * 8 * 4,
      forward: { kernels: { WmMul: 1, Box: 1 } },
      backward: { kernels: { WmMulGradW: 1, BoxGrad: 1 } },
    })
    const passes = [...(found?.layers ?? []), found?.loss].flatMap((each) => [each?.forward.ms, each?.backward.ms])
    const sum = [...passes, found?.data.ms, found?.optimizer.ms, found?.freeing.ms].reduce(
      (total: number, ms) => total + (ms ?? 0),
      0,
    )
    expect(sum).toBeCloseTo(found?.totalMs ?? Number.NaN, 9)
  })

  test('runs with threads', async () => {
    const { code, stdout } = await runWmnet([...profile, '--threads', '2', '--variant', 'cnn'], folder)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^cnn \(Pair under Short\): a training step of 16 images on wasm, \S+, 2 threads$/m)
  })

  test('ends at Ctrl-C', async () => {
    const started = startWmnet(
      ['run', join(root, 'specs/quick.wmspec'), '--profile', '--backend', 'cpu', '--batch', '8'],
      folder,
    )
    await started.sees(/profiling cnn/)
    started.child.kill('SIGINT')
    expect(await started.ended).toMatchObject({ code: 130, stdout: '' })
  })
})
