import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, runWmnet } from './wmnet.ts'

const paperFile = join(root, 'examples/paper/small.wmnet')

interface Summary {
  readonly variant: string
  readonly params: { readonly trainable: number; readonly total: number }
  readonly macs: number
  readonly flops: number
  readonly layers: readonly {
    readonly line: number
    readonly label: string | null
    readonly kind: string
    readonly output: readonly number[]
    readonly params: number
    readonly macs: number
  }[]
}

async function summarize(...flags: readonly string[]): Promise<readonly Summary[]> {
  const { code, stdout, stderr } = await runWmnet(['summary', paperFile, '--json', ...flags])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/**
 * Table 2 of the paper: parameters, and GFLOPs of convolutions alone. The exact counts follow from its sizes
 * (k=3 without padding, k=9 with padding 3) and agree with every printed, rounded count.
 */
const table2 = [
  ['cnn', 261_070, 0.01399],
  ['wide', 1_187_030, 1.07408],
  ['cnn_bn', 261_070 + 2 * 74, 0.01399],
  ['cnn_k9', 360_862, 0.12593],
  ['cnn_scaled', 261_854, 0.01399],
  ['smooth', 1_157_226, 0.01324],
  ['smooth_bn', 1_157_226 + 2 * 72, 0.01324],
  ['smooth_k9', 1_157_226, 0.11913],
  ['unsharp', 1_487_178, 0.01851],
] as const

test('parameters and convolution FLOPs are those of Table 2', async () => {
  const found = (await summarize('--flops=conv')).map(({ variant, params, macs, flops }) => {
    expect(flops).toBe(2 * macs)
    return [variant, params.trainable, Number((flops / 1e9).toFixed(5))]
  })
  expect(found).toEqual(table2.map((row) => [...row]))
})

test('a variant is the sum of its layers', async () => {
  for (const { params, macs, layers } of await summarize()) {
    expect(layers.reduce((sum, layer) => sum + layer.params, 0)).toBe(params.total)
    expect(layers.reduce((sum, layer) => sum + layer.macs, 0)).toBe(macs)
  }
})

test('the widened formula of eq. 1 gives the unsharp network its products', async () => {
  const [unsharp] = await summarize('--variant', 'unsharp')
  // 0.01854 GFLOP of box filters, 0.00103 of products (PAPER.md: 0.01954) and the two dense layers.
  const dense = 2 * (28 * 28 * 8 * 64 + 64 * 10)
  expect(Number((((unsharp?.flops ?? 0) - dense) / 1e9).toFixed(5))).toBe(0.01954)
})

test('--variant takes names with and without their ablation', async () => {
  const chosen = await summarize('--variant', 'smooth,Table2.cnn')
  expect(chosen.map(({ variant }) => variant)).toEqual(['cnn', 'smooth'])
})

test('layers carry line, kind and shape', async () => {
  const [cnn] = await summarize('--variant', 'cnn')
  expect(cnn?.layers.map(({ line, kind, output }) => [line, kind, output.join('x')])).toEqual([
    [10, 'conv', '26x26x33'],
    [10, 'relu', '26x26x33'],
    [10, 'conv', '24x24x33'],
    [10, 'relu', '24x24x33'],
    [10, 'conv', '22x22x8'],
    [10, 'relu', '22x22x8'],
    [11, 'flatten', '3872'],
    [12, 'dense', '64'],
    [12, 'relu', '64'],
    [13, 'dense', '10'],
  ])
})

test.each(['written', 'compiled', 'conv'])('the table says what its %s FLOPs count', async (convention) => {
  const { code, stdout } = await runWmnet(['summary', paperFile, '--variant', 'cnn_bn,smooth', '--flops', convention])
  expect(code).toBe(0)
  await expect(stdout).toMatchFileSnapshot(`../golden/cli/summary-${convention}.txt`)
})
