import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile, type Program } from '../src/compile.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import { format } from '../src/format/format.ts'

const root = join(import.meta.dirname, '..')
const paths = ['examples', 'specs'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => /\.(wmnet|wmspec)$/.test(path)),
)

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const compileExample = (path: string): Program => compile({ path, text: read(path) }, { read })

describe('every file of examples/ and specs/', () => {
  it('is found', () => expect(paths.length).toBeGreaterThanOrEqual(8))

  it.each(paths)('%s compiles without errors and warnings, and is formatted', (path) => {
    const program = compileExample(path)
    expect(renderDiagnostics(program.diagnostics, program.sources, { color: false })).toBe('')
    expect(format(path, read(path))).toEqual({ value: read(path), diagnostics: [] })
  })
})

describe('examples/budget', () => {
  const matches = (name: string) => {
    const variant = compileExample('examples/budget/budget.wmnet').variant(name)
    return variant?.changes.filter((change) => change.kind === 'match') ?? []
  }
  // Table 1's networks on maps of 26, 24 and 22 pixels, weight maps on 28, 26 and 24, with widths a and b before the last 8.
  const dense = 22 * 22 * 8 * 64 + 64 * 10
  const convFlops = (a: number, b: number) => 2 * (9 * (26 ** 2 * a + 24 ** 2 * a * b + 22 ** 2 * b * 8) + dense)
  const convParams = (a: number, b: number) => 9 * (a + a * b + b * 8) + a + b + 8 + dense + 64 + 10
  const products = 28 ** 2 * 32 + 26 ** 2 * 32 * 32 + 24 ** 2 * 32 * 8
  const smoothFlops = convFlops(32, 32) + products
  const smoothParams = products + 26 ** 2 * 32 + 24 ** 2 * 32 + 22 ** 2 * 8 + dense + 64 + 10

  it('finds the width that the paper chose', () => {
    const best = Array.from({ length: 100 }, (_, index) => index + 1).sort(
      (a, b) => Math.abs(convFlops(a, a) - smoothFlops) - Math.abs(convFlops(b, b) - smoothFlops),
    )
    expect(best[0]).toBe(33)
    const moved = [{ target: 'widths[0..1]', from: '[32, 32]', to: '[33, 33]' }]
    expect(matches('flops')).toMatchObject([{ moved, cost: convFlops(33, 33), wanted: smoothFlops }])
  })

  it('finds the nearest pair in the proportion 200 : 500', () => {
    const pairs = Array.from(
      { length: 1000 },
      (_, index) => [Math.round(((index + 1) * 200) / 500), index + 1] as const,
    )
    const distance = ([a, b]: readonly [number, number]) => Math.abs(convParams(a, b) - smoothParams)
    const [best = [0, 0]] = pairs.filter(([a]) => a > 0).sort((one, other) => distance(one) - distance(other))
    const moved = [{ target: 'widths[0..1]', from: '[200, 500]', to: `[${best.join(', ')}]` }]
    expect(matches('params')).toMatchObject([{ moved, cost: convParams(...best), wanted: smoothParams }])
  })
})

describe('examples/your-own-block', () => {
  const program = () => compileExample('examples/your-own-block/your-own-block.wmnet')
  const kinds = (name: string) =>
    program()
      .variant(name)
      ?.graph.nodes.map(({ call }) => call.name) ?? []
  const count = (name: string, kind: string) => kinds(name).filter((found) => found === kind).length

  it('passes the block, presets it and replaces it', () => {
    // A stem, three convolutions in each of 4 blocks, and one projection where 16 channels become 32.
    expect(count('bottlenecks', 'conv')).toBe(1 + 4 * 3 + 1)
    expect([count('smooth', 'conv'), count('smooth', 'wm.smooth')]).toEqual([1 + 4 * 2 + 1, 4])
    expect([count('unsharp', 'conv'), count('unsharp', 'wm.unsharp')]).toEqual([1 + 4 * 2 + 1, 4])
    expect([count('plain', 'conv'), count('plain', 'add')]).toEqual([1 + 4, 0])
    expect([count('last', 'conv'), count('last', 'add')]).toEqual([1 + 3 * 3 + 1 + 1, 3])
  })

  it('wraps the convolutions that the selector finds', () => {
    expect([count('scaled', 'scale'), count('scaled_half', 'scale')]).toEqual([5, 5])
    const scaled = kinds('scaled')
    expect(scaled.slice(0, 3)).toEqual(['scale', 'conv', 'relu'])
    expect([count('bare', 'scale'), count('bare', 'add')]).toEqual([1, 2])
  })
})
