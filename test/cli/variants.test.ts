import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ListedVariant } from '../../src/cli/commands/variants.ts'
import { root, runWmnet } from './wmnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'wmnet-variants-'))
afterAll(() => rmSync(folder, { recursive: true }))

const paper = ['small', 'resnet', 'densenet'] as const

async function list(...args: readonly string[]): Promise<readonly ListedVariant[]> {
  const { code, stdout } = await runWmnet(['variants', '--json', ...args], folder)
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

test.each(paper)('the table of examples/paper/%s.wmnet', async (name) => {
  const { code, stdout, stderr } = await runWmnet(['variants', `examples/paper/${name}.wmnet`], root)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  await expect(stdout).toMatchFileSnapshot(`../golden/cli/variants-${name}.txt`)
})

test.each(paper)('the files of %s compile to the same hashes and costs, and can be written again', async (name) => {
  const source = join(root, `examples/paper/${name}.wmnet`)
  const listed = await list(source, '--write', name)
  await list(source, '--write', name)
  expect(readdirSync(join(folder, name)).sort()).toEqual(listed.map(({ variant }) => `${variant}.wmnet`).sort())
  for (const { variant, network, params, macs, flops, compiled, hash } of listed) {
    const [written] = await list(join(name, `${variant}.wmnet`))
    expect(written).toMatchObject({
      variant: `${network}_${variant}`,
      params,
      macs,
      flops,
      compiled,
      hash,
      changes: [],
    })
  }
})

test('--json says what each diff did and where it stands', async () => {
  const [baseline, , , alternating] = await list(join(root, 'examples/paper/densenet.wmnet'))
  expect(baseline).toMatchObject({ variant: 'conv', subject: 'Table5', baseline: true, changes: [] })
  const source = readFileSync(join(root, 'examples/paper/densenet.wmnet'), 'utf8').split('\n')
  const text = 'replace conv where index % 2 == 1 with wm.unsharp expect 15'
  const line = source.findIndex((words) => words.includes(text)) + 1
  expect(alternating).toMatchObject({ variant: 'alternating', baseline: false })
  expect(alternating?.changes).toMatchObject([
    { kind: 'replace', text, line, sites: 15, dropped: [{ argument: 'padding', value: 'same', sites: 15 }] },
  ])
})

test('--variant chooses, and the baseline is still that of the ablation', async () => {
  const chosen = await list(join(root, 'examples/paper/small.wmnet'), '--variant', 'smooth')
  expect(chosen.map(({ variant, baseline }) => [variant, baseline])).toEqual([['smooth', false]])
})
