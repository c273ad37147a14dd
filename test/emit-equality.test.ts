import fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import { compile } from '../src/compile.ts'
import {
  composeKernels,
  expectEqual,
  expectEqualModel,
  takesTwice,
  testEquality,
  title,
} from './emit-equality-suite.ts'
import { exampleVariants, layerCalls, networkOf } from './emit-fixtures.ts'
import { startBackend } from './numeric/start-backend.ts'
import { defines, networks } from './property/random-network.ts'

describe('composed on wasm', () => {
  beforeAll(async () => {
    await startBackend('wasm')
    composeKernels()
  })

  testEquality(exampleVariants)

  it('random networks', async () => {
    const property = fc.asyncProperty(networks, async ({ text }) => {
      for (const variant of compile(`${defines}\n${text}`).variants)
        if (!takesTwice(variant)) {
          await expectEqual(variant)
          await expectEqualModel(variant)
        }
    })
    await fc.assert(property, { numRuns: 25, seed: 5 })
  }, 240_000)
})

describe('composed on cpu', () => {
  beforeAll(async () => {
    await startBackend('cpu')
    composeKernels()
  })

  it.each(layerCalls)(`%s: ${title}`, async (call) => expectEqual(networkOf(call)))
})
