import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { Project, ts } from 'ts-morph'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildModel } from '../src/backends/tfjs/build.ts'
import type { ModuleOptions } from '../src/backends/typescript/index.ts'
import { compile, type Variant } from '../src/compile.ts'
import { costOf } from '../src/graph/cost.ts'
import { createStream } from '../src/random/stream.ts'
import { weightNames } from '../src/weights/names.ts'
import {
  compileExample,
  emit,
  exampleVariants,
  layerCalls,
  networkOf,
  protocolOf,
  repeats,
  runModule,
} from './emit-fixtures.ts'
import { noise } from './numeric/float64.ts'
import { startBackend } from './numeric/start-backend.ts'
import { defines, networks as randomNetworks } from './property/random-network.ts'

const quick = protocolOf(`
  protocol Quick {
    data mnist(sample=true, validation=10%)
    train adam(lr=1e-3) { batch = 64; epochs = 3; keep = best(validation_error) }
    trials 2
    seed 2019
    noise uniform(upper=0..1 step 0.25, renormalize=minmax)
    attack fgsm(eps=0..0.3 step 0.1)
    measure error, activation_mse
  }`)

const goldens = [
  ['examples/paper/small.wmnet', 'cnn', {}],
  ['examples/paper/small.wmnet', 'smooth_bn', { protocol: quick }],
  ['examples/paper/small.wmnet', 'unsharp', { literal: true }],
  ['examples/paper/resnet.wmnet', 'alternating', {}],
  ['examples/paper/densenet.wmnet', 'alternating', {}],
  ['examples/your-own-block/your-own-block.wmnet', 'scaled_half', {}],
  ['examples/paper/small.wmnet', 'smooth_bn', { layers: true, protocol: quick }],
  ['examples/paper/resnet.wmnet', 'alternating', { layers: true }],
  ['examples/paper/densenet.wmnet', 'alternating', { layers: true }],
  ['examples/your-own-block/your-own-block.wmnet', 'scaled_half', { layers: true }],
] as const satisfies readonly (readonly [string, string, Partial<ModuleOptions>])[]

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
  const fileOf = (path: string, name: string, { layers = false }: Partial<ModuleOptions>) =>
    `${path.split('/').at(-1)?.split('.')[0]}-${name}${layers ? '-layers' : ''}.ts`

  it.each(goldens)('%s %s %o', async (path, name, options) => {
    const text = emit(variantOf(path, name), options)
    await expect(text).toMatchFileSnapshot(`golden/emit/${fileOf(path, name, options)}.txt`)
  })

  it.each([{}, { layers: true }])('repeats of blocks with normalisations %o', async (options) => {
    const [variant] = compile(repeats).variants
    if (variant === undefined) throw new Error('the network is wrong')
    await expect(emit(variant, options)).toMatchFileSnapshot(`golden/emit/${fileOf('repeats', 'blocks', options)}.txt`)
  })

  /** The goldens, every variant of every example, every layer, and random networks, in both forms. */
  function writeAll(into: string): { readonly plain: readonly string[]; readonly layers: readonly string[] } {
    const l2 = protocolOf(`protocol P {
      data mnist
      augment random_crop(pad=2), random_flip
      train sgd(lr=0.1, momentum=0.9) { loss = crossentropy(label_smoothing=0.1); epochs = 1 }
      attack fgsm(eps=0.5, norm=l2)
      measure error
    }`)
    const forms: readonly Partial<ModuleOptions>[] = [
      {},
      { layers: true },
      { protocol: l2 },
      { layers: true, protocol: l2 },
    ]
    const random = fc.sample(randomNetworks, { seed: 11, numRuns: 8 }).map(({ text }) => `${defines}\n${text}`)
    const others = [repeats, ...random].flatMap((text) => compile(text).variants)
    const networks = exampleVariants.map(([, variant]) => variant)
    const texts = [
      ...goldens.map(([path, name, options]) => emit(variantOf(path, name), options)),
      ...networks.flatMap((variant, index) =>
        forms.slice(2 * (index % 2), 2 + 2 * (index % 2)).map((form) => emit(variant, form)),
      ),
      ...[...layerCalls.map(networkOf), ...others].flatMap((variant) =>
        forms.slice(0, 2).map((form) => emit(variant, form)),
      ),
    ]
    const files = texts.map((text, index) => ({ path: join(into, `module${index}.ts`), text }))
    for (const { path, text } of files) writeFileSync(path, text)
    const importsLayers = ({ text }: { readonly text: string }) => text.includes("'@tensorflow/tfjs-layers'")
    const [plain, layers] = [files.filter((file) => !importsLayers(file)), files.filter(importsLayers)]
    expect(Math.min(plain.length, layers.length)).toBeGreaterThan(50)
    return { plain: plain.map(({ path }) => path), layers: layers.map(({ path }) => path) }
  }

  describe('are accepted', () => {
    let written: ReturnType<typeof writeAll> = { plain: [], layers: [] }
    beforeAll(() => {
      written = writeAll(folder)
    })

    function runTsc(flags: readonly string[], paths: readonly string[]) {
      const args = ['tsc', '--strict', '--noEmit', '--noUnusedLocals', ...flags, ...paths]
      const { stdout, status } = spawnSync('npx', args, { encoding: 'utf8' })
      return { stdout, status }
    }

    it('by tsc --strict, tfjs-core’s declarations included', () => {
      expect(runTsc([], written.plain)).toEqual({ stdout: '', status: 0 })
    }, 240_000)

    it('by tsc --strict --skipLibCheck where they import tfjs-layers, whose declarations are not strict', () => {
      expect(runTsc(['--skipLibCheck'], written.layers)).toEqual({ stdout: '', status: 0 })
    }, 240_000)

    it('by TypeScript 6 with its own defaults', () => {
      const compilerOptions = { strict: true, skipLibCheck: true, noEmit: true, noUnusedLocals: true }
      expect(ts.version).toMatch(/^6\./)
      const project = new Project({ compilerOptions })
      project.addSourceFilesAtPaths([...written.plain, ...written.layers])
      expect(project.formatDiagnosticsWithColorAndContext(project.getPreEmitDiagnostics())).toBe('')
    }, 240_000)
  })

  it('are accepted by biome as they are, layout included', () => {
    const copy = join(import.meta.dirname, '..', 'emitted-for-biome')
    mkdirSync(copy)
    try {
      writeAll(copy)
      const { stdout, stderr, status } = spawnSync('npx', ['biome', 'check', '--error-on-warnings', copy], {
        encoding: 'utf8',
      })
      expect(status, stdout + stderr).toBe(0)
    } finally {
      rmSync(copy, { recursive: true })
    }
  }, 120_000)
})

describe('a module', () => {
  const variant = variantOf('examples/paper/small.wmnet', 'smooth_bn')
  const module = runModule(emit(variant))
  const x = tf.tensor4d(noise([4, 28, 28, 1], 3).map(Math.abs), [4, 28, 28, 1])

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
