import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { build, type Plugin } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { exportOnnx } from '../src/backends/onnx/index.ts'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { compile, type Variant } from '../src/compile.ts'
import { DiagnosticError } from '../src/diagnostics/diagnostic.ts'
import { hashGraph } from '../src/graph/hash.ts'
import { createStream } from '../src/random/stream.ts'
import { initialWeights } from '../src/weights/initial.ts'
import { weightNames } from '../src/weights/names.ts'
import { startBackend } from './numeric/start-backend.ts'
import { differenceOf, drawBatch, readWeights, runOnnx, runTfjs } from './onnx-fixtures.ts'

const source = `
network Net(layer: layer = wm.smooth, wide: int = 3) {
  input 8x8x2 in [-1, 1]
  block layer(wide, k=3, padding=1, norm=batchnorm)
  block layer(3, k=3)
  conv(2, k=1)
  flatten
  dense(5)
}
ablation Pair of Net {
  variant smooth {}
  variant unsharp { layer = wm.unsharp }
}
`

function variantOf(text: string, name: string): Variant {
  const variant = compile(text).variant(name)
  if (variant === undefined) throw new Error(`no ${name} in ${text}`)
  return variant
}

const smooth = variantOf(source, 'smooth')
const bytes = exportOnnx(smooth, initialWeights(smooth.graph, 7), { weights: 'seed 7', classes: ['a', 'b'] })

type Message = ReadonlyMap<number, readonly (Uint8Array | number)[]>

/** A protobuf message by its fields' numbers, which the tests below take from onnx.proto. */
function readMessage(content: Uint8Array | number | undefined): Message {
  if (!(content instanceof Uint8Array)) throw new Error('not a message')
  const reader = new BinaryReader(content)
  const fields = new Map<number, (Uint8Array | number)[]>()
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (wire === WireType.Bit32) fields.set(number, [...(fields.get(number) ?? []), reader.float()])
    else {
      const value = wire === WireType.Varint ? Number(reader.int64()) : reader.bytes()
      fields.set(number, [...(fields.get(number) ?? []), value])
    }
  }
  return fields
}

const messages = (message: Message, field: number) => (message.get(field) ?? []).map(readMessage)
const texts = (message: Message, field: number) =>
  (message.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array))

const model = readMessage(bytes)
const [graph = new Map()] = messages(model, 7)

beforeAll(() => startBackend('wasm'))

describe('the file', () => {
  test('states its versions: IR 8, opset 17 of the default domain, wmnet', () => {
    expect(model.get(1)).toEqual([8])
    expect(messages(model, 8).map((opset) => [texts(opset, 1), opset.get(2)])).toEqual([[[''], [17]]])
    expect(texts(model, 2)).toEqual(['wmnet'])
  })

  test('says which network it is, so that it can be compiled again', () => {
    const metadata = Object.fromEntries(messages(model, 14).map((entry) => [texts(entry, 1)[0], texts(entry, 2)[0]]))
    expect(metadata).toMatchObject({
      'wmnet.network': 'Net',
      'wmnet.variant': 'Pair.smooth',
      'wmnet.graph_hash': smooth.hash,
      'wmnet.input_range': '[-1,1]',
      'wmnet.weights': 'seed 7',
      'wmnet.classes': '["a","b"]',
    })
    expect(compile(metadata['wmnet.source'] ?? '').variants.map(({ hash }) => hash)).toEqual([smooth.hash])
  })

  test('holds every weight under its name, and nothing of it twice', () => {
    const names = messages(graph, 5).flatMap((tensor) => texts(tensor, 8))
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(weightNames(smooth.graph).map(({ name }) => name)))
  })

  test('gives the shape of all that its nodes put out', () => {
    const told = [12, 13].flatMap((field) => messages(graph, field).flatMap((info) => texts(info, 1)))
    expect(told.sort()).toEqual(
      messages(graph, 1)
        .flatMap((node) => texts(node, 2))
        .sort(),
    )
  })

  test('computes weight maps as one batched product and a box, with two transpositions a layer', () => {
    const kinds = messages(graph, 1).flatMap((node) => texts(node, 4))
    const count = (kind: string) => kinds.filter((other) => other === kind).length
    expect([count('MatMul'), count('AveragePool'), count('ReduceSum')]).toEqual([2, 2, 0])
    // Before and after each product, and once for what flatten reads.
    expect(count('Transpose')).toBe(2 * 2 + 1)
  })

  test('is the same every time', () => {
    const again = exportOnnx(smooth, initialWeights(smooth.graph, 7), { weights: 'seed 7', classes: ['a', 'b'] })
    expect(again).toEqual(bytes)
  })
})

test('one file takes batches of every size', async () => {
  const built = buildModel(smooth.graph, { random: createStream(7, 'init') })
  for (const size of [1, 4, 7]) {
    const batch = drawBatch(smooth.graph, size)
    expect(differenceOf(await runOnnx(bytes, batch), await runTfjs(built, batch))).toBeLessThanOrEqual(1e-5)
  }
})

test('initial weights are those of the tfjs model with that seed', async () => {
  const built = await compile(source).build('smooth', { seed: 7 })
  expect(initialWeights(smooth.graph, 7)).toEqual(readWeights(smooth.graph, built))
})

test.each([
  ['its input', 'dropout(0.5)'],
  ['a map', 'wm.smooth(3, k=1)\nrelu'],
  ['what another layer goes on with', 'relu as a\nconv(2, k=1)\nadd(a)\nnone'],
])('a network that puts out %s', async (_what, body) => {
  const { graph } = variantOf(`network N {\n  input 5x4x2\n${body}\n}\n`, 'N')
  const subject = { name: 'N', subject: 'N', graph, hash: hashGraph(graph), printPlain: () => '' }
  const built = buildModel(graph, { random: createStream(7, 'init') })
  const batch = drawBatch(graph, 3)
  const found = await runOnnx(exportOnnx(subject, initialWeights(graph, 7)), batch)
  expect(differenceOf(found, await runTfjs(built, batch))).toBeLessThanOrEqual(1e-5)
})

test('more weights than protobuf holds are refused before they are asked for', () => {
  const huge = variantOf('network Huge {\n  input 1000x1000x3\n  flatten\n  dense(200)\n}\n', 'Huge')
  const attempt = () => exportOnnx(huge, new Map())
  expect(attempt).toThrow(DiagnosticError)
  expect(attempt).toThrow('WM1050: Huge takes 2,400,000,800 bytes, an ONNX file holds at most 2,147,483,647')
})

test('weights of other names or sizes are a bug of the caller', () => {
  const weights = new Map(initialWeights(smooth.graph, 7))
  weights.set('dense5.bias', new Float32Array(4))
  expect(() => exportOnnx(smooth, weights)).toThrow('dense5.bias of [5] was given 4 values')
  weights.delete('dense5.bias')
  expect(() => exportOnnx(smooth, weights)).toThrow('dense5.bias of [5] was given no values')
})

/** What is imported when it is called (data sets, tfjs) is no part of the bundle. */
const leaveDynamicImports: Plugin = {
  name: 'leave-dynamic-imports',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

// esbuild fails where it meets a module of Node.
test('a bundle for browsers needs nothing of Node and writes the same file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wmnet-onnx-'))
  try {
    const entry = `export { exportOnnx } from './backends/onnx/index.ts'
      export { initialWeights } from './weights/initial.ts'
      export { compile } from './compile.ts'`
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: join(import.meta.dirname, '../src'), loader: 'ts' },
      ...{ bundle: true, platform: 'browser', format: 'esm', write: false, logLevel: 'silent' },
      plugins: [leaveDynamicImports],
    })
    const path = join(folder, 'bundle.mjs')
    writeFileSync(path, outputFiles[0]?.contents ?? '')
    const bundled = await import(pathToFileURL(path).href)
    const variant = bundled.compile(source).variant('smooth')
    const written = bundled.exportOnnx(variant, bundled.initialWeights(variant.graph, 7), {
      weights: 'seed 7',
      classes: ['a', 'b'],
    })
    expect(new Uint8Array(written)).toEqual(bytes)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
