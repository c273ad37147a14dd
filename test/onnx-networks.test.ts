import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, type Program } from '../src/compile.ts'
import { startBackend } from './numeric/start-backend.ts'
import { compareBackends } from './onnx-fixtures.ts'
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
  let exported = 0
  await fc.assert(
    fc.asyncProperty(networks, async ({ text }) => {
      const program = compile(`${defines}\n${text}`)
      // Some do not fit together; what compiles is exported.
      for (const variant of program.variants) {
        // tfjs-layers counts such a tensor's uses wrongly and disposes of it before its last one.
        if (variant.graph.nodes.some(({ inputs }) => new Set(inputs).size < inputs.length)) continue
        exported++
        expect(await compareBackends(variant)).toBeLessThanOrEqual(1e-5)
      }
    }),
    runs(40),
  )
  expect(exported).toBeGreaterThan(20)
}, 120_000)
