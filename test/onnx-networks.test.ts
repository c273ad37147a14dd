import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, type Program } from '../src/compile.ts'
import { startBackend } from './numeric/start-backend.ts'
import { compareBackends, compareWithWeights } from './onnx-fixtures.ts'
import { mostRounding, roundingOf } from './passes-fixtures.ts'
import { defines, networks } from './property/random-network.ts'
import { runs } from './property/runs.ts'

const folder = join(import.meta.dirname, '../examples')
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.wmnet'))

function compileExample(name: string): Program {
  const program = compile(
    { path: name, text: readFileSync(join(folder, name), 'utf8') },
    { read: (path) => readFileSync(join(folder, path), 'utf8') },
  )
  expect(program.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(program.variants.length).toBeGreaterThan(0)
  return program
}

beforeAll(() => startBackend('wasm'))

describe.each(files)('%s', (name) => {
  const { variants } = compileExample(name)
  test.each(variants)('$name', async (variant) => {
    expect(await compareBackends(variant, 1)).toBeLessThanOrEqual(1e-5)
  })
})

test('random networks', async () => {
  let [steady, unsteady] = [0, 0]
  await fc.assert(
    fc.asyncProperty(networks, async ({ text }) => {
      const program = compile(`${defines}\n${text}`)
      // Some do not fit together; what compiles is exported.
      for (const variant of program.variants) {
        const { difference, weights } = await compareWithWeights(variant)
        // Dozens of random layers amplify what float32 rounds; the examples above are held to 1e-5 alone.
        const bound = 1e-5 + 8 * roundingOf({ graph: variant.graph, weights })
        if (!(bound <= mostRounding)) {
          unsteady++
          continue
        }
        steady++
        expect(difference).toBeLessThanOrEqual(bound)
      }
    }),
    runs(40),
  )
  expect(steady).toBeGreaterThan(20)
  expect(unsteady).toBeLessThan(steady / 4)
}, 120_000)
