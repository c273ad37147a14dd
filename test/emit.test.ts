import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { compile, type Variant } from '../src/compile.ts'
import { costOf } from '../src/graph/cost.ts'
import { createStream } from '../src/random/stream.ts'
import { weightNames } from '../src/weights/names.ts'
import { compileExample, emit, runModule } from './emit-fixtures.ts'
import { noise } from './numeric/float64.ts'
import { startBackend } from './numeric/start-backend.ts'

const goldens = [
  ['examples/paper/small.wmnet', 'cnn', {}],
  ['examples/paper/small.wmnet', 'smooth_bn', { train: true }],
  ['examples/paper/small.wmnet', 'unsharp', { literal: true }],
  ['examples/paper/resnet.wmnet', 'alternating', {}],
  ['examples/paper/densenet.wmnet', 'alternating', {}],
  ['examples/your-own-block/your-own-block.wmnet', 'scaled_half', {}],
] as const

function variantOf(path: string, name: string): Variant {
  const variant = compileExample(path).variant(name)
  if (variant === undefined) throw new Error(`${path} has no variant ${name}`)
  return variant
}

await startBackend('wasm')

describe('modules as a reader sees them', () => {
  // Inside the project, so that tsc finds tfjs-core from there.
  const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.wmnet-emit-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const fileOf = (path: string, name: string) => `${path.split('/').at(-1)?.split('.')[0]}-${name}.ts`

  it.each(goldens)('%s %s %o', async (path, name, options) => {
    const text = emit(variantOf(path, name), options)
    writeFileSync(join(folder, fileOf(path, name)), text)
    await expect(text).toMatchFileSnapshot(`golden/emit/${fileOf(path, name)}.txt`)
  })

  it('are accepted by tsc --strict', () => {
    const files = goldens.map(([path, name]) => join(folder, fileOf(path, name)))
    const options = ['--ignoreConfig', '--strict', '--skipLibCheck', '--noEmit', '--noUnusedLocals']
    const { stdout, status } = spawnSync('npx', ['tsc', ...options, ...files], { encoding: 'utf8' })
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
  }, 120_000)

  it('are accepted by biome as they are, layout included', () => {
    const copy = join(import.meta.dirname, '..', 'emitted-for-biome')
    mkdirSync(copy)
    try {
      for (const [path, name, options] of goldens) {
        writeFileSync(join(copy, fileOf(path, name)), emit(variantOf(path, name), options))
      }
      const { stdout, stderr, status } = spawnSync('npx', ['biome', 'check', '--error-on-warnings', copy], {
        encoding: 'utf8',
      })
      expect(status, stdout + stderr).toBe(0)
    } finally {
      rmSync(copy, { recursive: true })
    }
  }, 60_000)
})

describe('a module', () => {
  const variant = variantOf('examples/paper/small.wmnet', 'smooth_bn')
  const module = runModule(emit(variant, { train: true }))
  const x = tf.tensor4d(noise([4, 28, 28, 1], 3).map(Math.abs), [4, 28, 28, 1])
  const labels = tf.tensor1d([0, 1, 2, 3], 'int32')

  it('says what it is, and its source compiles to the same network', () => {
    const { hash, parameters, source } = module.architecture
    expect({ hash, parameters }).toEqual({ hash: variant.hash, parameters: costOf(variant.graph).parameters.total })
    expect(compile(source).variants.map((own) => own.hash)).toEqual([variant.hash])
  })

  it('differs from the built model with wmnet’s own kernels by float32 rounding alone', async () => {
    const model = buildModel(variant.graph, { random: createStream(7, 'init') })
    const [found, expected] = [module.forward(x, module.initWeights(7)), model.predict(x) as tf.Tensor]
    const difference = tf.max(tf.abs(tf.sub(found, expected)))
    const largest = tf.max(tf.abs(expected))
    expect(((await difference.data())[0] ?? 1) / ((await largest.data())[0] ?? 1)).toBeLessThan(1e-5)
  })

  it('trains: a step lowers the loss, moves the statistics, and leaks no tensor', async () => {
    const weights = module.initWeights(1)
    const optimizer = tf.train.adam(1e-3)
    const losses: number[] = []
    for (let step = 0; step < 6; step++) {
      const loss = module.trainStep?.(weights, optimizer, x, labels)
      losses.push((await loss?.data())?.[0] ?? Number.NaN)
      loss?.dispose()
      if (step === 1) losses.push(-tf.memory().numTensors)
    }
    expect(tf.memory().numTensors).toBe(-(losses.splice(2, 1)[0] ?? 0))
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0)
  })

  it('attacks: FGSM moves each pixel by eps along the sign, within the range', async () => {
    const moved = module.fgsm?.(module.initWeights(1), x, labels, 0.1)
    const [before, after] = [await x.data(), (await moved?.data()) ?? []]
    const allowed = [...before].map((value) =>
      [value - 0.1, value, value + 0.1].map((y) => Math.min(1, Math.max(0, y))),
    )
    expect([...after].every((value, i) => allowed[i]?.some((y) => Math.abs(y - value) < 1e-6))).toBe(true)
    expect([...after].filter((value, i) => value !== before[i]).length).toBeGreaterThan(before.length / 2)
  })

  it('reads weights from a safetensors file by their names', async () => {
    const names = weightNames(variant.graph)
    const values = names.map(({ shape }, index) => noise(shape, index).map(Math.abs))
    const bytes = safetensors(
      names.map(({ name, shape }, i) => [name, shape, values[i] ?? new Float32Array()] as const),
    )
    const weights = module.trainableWeights(module.loadWeights(bytes))
    expect(weights.size).toBe(names.filter(({ weight }) => weight.trainable).length)
    for (const [index, { name }] of names.entries()) {
      if (weights.has(name)) expect(await weights.get(name)?.data()).toEqual(values[index])
    }
  })

  it.each([
    ['nothing', () => new Uint8Array(3), 'no header'],
    [
      'a header that claims terabytes',
      () => new Uint8Array([0, 0, 0, 0, 0, 16, 0, 0, 1, 2]),
      'claims a header of 17592186044416 bytes',
    ],
    ['another network', () => safetensors([['conv1.kernel', [2, 2], new Float32Array(4)]]), 'is missing'],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => module.loadWeights(bytes())).toThrow(message)
  })
})

function safetensors(tensors: readonly (readonly [string, readonly number[], Float32Array])[]): Uint8Array {
  let offset = 0
  const header = tensors.map(([name, shape, { byteLength }]) => {
    const entry = { dtype: 'F32', shape, data_offsets: [offset, offset + byteLength] }
    offset += byteLength
    return [name, entry] as const
  })
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const bytes = new Uint8Array(8 + text.length + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  let at = 8 + text.length
  for (const [, , values] of tensors) {
    bytes.set(new Uint8Array(values.buffer), at)
    at += values.byteLength
  }
  return bytes
}
