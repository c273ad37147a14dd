import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../src/compile.ts'
import { decodeImages } from '../../src/data/batches.ts'
import { mnist } from '../../src/data/datasets/mnist.ts'
import { openModel } from '../../src/study/model-folder.ts'
import { initialWeights } from '../../src/weights/initial.ts'
import { encodeWeights } from '../../src/weights/weights.ts'
import { startBackend } from '../numeric/start-backend.ts'
import { differenceOf, type Run, runOnnx, runTfjs } from '../onnx-fixtures.ts'
import { runWmnet } from './wmnet.ts'

const spec = `network Net(layer: layer = conv) {
  input 28x28x1 in [0, 1]
  avgpool(4)
  block layer(8, k=3, norm=batchnorm(momentum=0.8))
  dropout(0.1)
  block layer(8, k=3, stride=2, act=gelu)
  flatten
  dense(10)
}
ablation Layers of Net {
  variant cnn {}
  variant smooth { layer = wm.smooth }
}
protocol Short {
  data mnist(sample=true, train=2000, validation=10%)
  train adam(lr=2e-3) { loss = crossentropy; batch = 32; epochs = 2 }
  trials 1
  seed 4
}
study Tiny { run Layers under Short }
`

const parent = mkdtempSync(join(tmpdir(), 'wmnet-export-'))
const folder = join(parent, 'project')
const trained = 'run/models/Layers-Short/smooth/trial-1'
afterAll(() => rmSync(parent, { recursive: true, force: true }))

beforeAll(async () => {
  await startBackend('wasm')
  cpSync(join(import.meta.dirname, '../../examples/paper'), folder, { recursive: true })
  writeFileSync(join(folder, 'tiny.wmspec'), spec)
  const { code, stderr } = await runWmnet(
    ['run', 'tiny.wmspec', '--variant', 'smooth', '--backend', 'cpu', '--out', 'run'],
    folder,
  )
  expect(code, stderr).toBe(0)
}, 120_000)

const exportTo = (out: string, ...args: readonly string[]) => runWmnet(['export', ...args, '-o', out], folder)

test('a trained network predicts the same classes in ONNX Runtime, for all 1,000 test images', async () => {
  const { code, stdout, stderr } = await exportTo('a.onnx', 'tiny.wmspec', '--variant', 'smooth', '--weights', trained)
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toMatch(
    /^wrote a\.onnx: smooth with weights of Short on mnist\(.*\), trial 1, seed \d+, [\d,]+ bytes\n$/,
  )
  const args = { sample: true, validation: 0.1, train: 'all', test: 'all' } as const
  const hooks = { seed: 4, dataDir: null, signal: new AbortController().signal, onDownload: () => {} }
  const { test: images } = await mnist.load(args, hooks)
  expect(images.count).toBe(1000)
  const values = decodeImages(images, [...images.labels.keys()], [0, 1])
  const batch = { shape: [1000, 28, 28, 1], values }
  const expected = await runTfjs(await openModel(join(folder, trained)).build(), batch)
  const found = await runOnnx(readFileSync(join(folder, 'a.onnx')), batch)
  expect(differenceOf(found, expected)).toBeLessThanOrEqual(1e-5)
  expect(classesOf(found)).toEqual(classesOf(expected))
  // It has learned something to predict.
  const right = classesOf(found).filter((label, i) => label === images.labels[i]).length
  expect(right).toBeGreaterThan(500)
}, 60_000)

test('--fold gives the same classes from a file without batch normalisation', async () => {
  const args = ['tiny.wmspec', '--variant', 'smooth', '--weights', trained]
  await exportTo('whole.onnx', ...args)
  const { code, stderr } = await exportTo('folded.onnx', ...args, '--fold')
  expect(code).toBe(0)
  // A normalisation and a dropout.
  expect(stderr).toMatch(/^wrote folded\.onnx: smooth with weights of .*, 2 layers folded or left out, [\d,]+ bytes\n$/)
  const [whole, folded] = ['whole.onnx', 'folded.onnx'].map((name) => readFileSync(join(folder, name)))
  if (whole === undefined || folded === undefined) throw new Error('a file is missing')
  expect([whole, folded].map((bytes) => bytes.includes('BatchNormalization'))).toEqual([true, false])
  expect(folded.includes('["remove-dead-branches","remove-identities","fold-batch-norm"]')).toBe(true)
  const batch = {
    shape: [64, 28, 28, 1],
    values: Float32Array.from({ length: 64 * 784 }, (_, i) => Math.sin(i * i) ** 2),
  }
  const [expected, found] = [await runOnnx(whole, batch), await runOnnx(folded, batch)]
  expect(differenceOf(found, expected)).toBeLessThanOrEqual(1e-5)
  expect(classesOf(found)).toEqual(classesOf(expected))
})

test('--fold says so where it has nothing to do', async () => {
  const { code, stderr } = await exportTo('same.onnx', 'small.wmnet', '--variant', 'cnn', '--seed', '3', '--fold')
  expect(code).toBe(0)
  expect(stderr).toContain('seed 3, nothing to fold, ')
})

test('a safetensors file gives the same file as the folder, but for what the folder says of it', async () => {
  copyFileSync(join(folder, trained, 'weights.safetensors'), join(folder, 'own.safetensors'))
  await exportTo('a.onnx', 'tiny.wmspec', '--variant', 'smooth', '--weights', trained)
  const { code } = await exportTo('b.onnx', 'tiny.wmspec', '--variant', 'Layers.smooth', '--weights', 'own.safetensors')
  expect(code).toBe(0)
  const batch = { shape: [2, 28, 28, 1], values: Float32Array.from({ length: 2 * 784 }, (_, i) => (i % 7) / 7) }
  const [a, b] = await Promise.all(['a.onnx', 'b.onnx'].map((name) => runOnnx(readFileSync(join(folder, name)), batch)))
  expect(a).toEqual(b)
})

test('--seed exports what training starts from, and replaces a file', async () => {
  writeFileSync(join(folder, 'seed.onnx'), 'old')
  const { code, stderr } = await exportTo('seed.onnx', 'small.wmnet', '--variant', 'cnn', '--seed', '3')
  expect(code).toBe(0)
  expect(stderr).toContain('wrote seed.onnx: cnn with initial weights of seed 3')
  const program = compile({ path: 'small.wmnet', text: readFileSync(join(folder, 'small.wmnet'), 'utf8') })
  const batch = { shape: [2, 28, 28, 1], values: Float32Array.from({ length: 2 * 784 }, (_, i) => (i % 5) / 5) }
  const expected = await runTfjs(await program.build('cnn', { seed: 3 }), batch)
  expect(differenceOf(await runOnnx(readFileSync(join(folder, 'seed.onnx')), batch), expected)).toBeLessThanOrEqual(
    1e-5,
  )
})

test('a trained model in the place of the source is told its own place', async () => {
  const { code, stderr } = await exportTo('x.onnx', trained, '--weights', trained)
  expect(code).toBe(1)
  expect(stderr).toContain('is a folder\n   = hint: it holds a trained model, which')
  expect(stderr).toContain('`wmnet export FILE --weights MODEL`')
})

interface Refusal {
  readonly name: string
  readonly command: string
  readonly exit: 1 | 3
  prepare?(): void
}

const refusals: readonly Refusal[] = [
  { name: 'WM0903-export-out', command: 'export small.wmnet --variant cnn --seed 1', exit: 1 },
  { name: 'WM0903-export-weights', command: 'export small.wmnet --variant cnn -o x.onnx', exit: 1 },
  { name: 'WM0906-export', command: 'export small.wmnet --variant cnn --seed 1 --weights w -o x.onnx', exit: 1 },
  { name: 'WM0907-export', command: 'export small.wmnet --variant smoth --seed 1 -o x.onnx', exit: 1 },
  { name: 'WM0914-export', command: 'export small.wmnet --seed 1 -o x.onnx', exit: 1 },
  { name: 'WM0913-export', command: 'export small.wmnet --variant cnn --seed 1 -o nowhere/x.onnx', exit: 3 },
  {
    name: 'WM1001-export',
    command: 'export small.wmnet --variant cnn --weights cut.safetensors -o x.onnx',
    exit: 1,
    prepare() {
      const program = compile({ path: 'small.wmnet', text: readFileSync(join(folder, 'small.wmnet'), 'utf8') })
      const variant = program.variant('cnn')
      if (variant === undefined) throw new Error('no cnn')
      const bytes = encodeWeights(variant.graph, initialWeights(variant.graph, 1))
      writeFileSync(join(folder, 'cut.safetensors'), bytes.subarray(0, 100_000))
    },
  },
  { name: 'WM1002-export', command: `export tiny.wmspec --variant cnn --weights ${trained} -o x.onnx`, exit: 1 },
  { name: 'WM1003-export', command: 'export small.wmnet --variant cnn --weights weights.bin -o x.onnx', exit: 1 },
  {
    name: 'WM1004-export',
    command: 'export tiny.wmspec --variant smooth --weights damaged -o x.onnx',
    exit: 1,
    prepare() {
      cpSync(join(folder, trained), join(folder, 'damaged'), { recursive: true })
      writeFileSync(join(folder, 'damaged/wmnet.json'), '{ "format": "wmnet.model/1" }')
    },
  },
  {
    name: 'WM1050-export',
    command: 'export huge.wmnet --seed 1 -o x.onnx',
    exit: 1,
    prepare: () =>
      writeFileSync(join(folder, 'huge.wmnet'), 'network Huge { input 1000x1000x3; flatten; dense(200) }\n'),
  },
]

describe('what cannot be exported', () => {
  test.each(refusals)('$name', async ({ name, command, exit, prepare }) => {
    prepare?.()
    const { code, stdout, stderr } = await runWmnet(command.split(' '), folder)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toContain(`error[${name.slice(0, 6)}]`)
    await expect(`$ wmnet ${command}\n${stderr}→ exit code ${code}\n`).toMatchFileSnapshot(`../golden/cli/${name}.txt`)
  })
})

/** The place of the largest of each row's ten logits. */
function classesOf({ values }: Run): readonly number[] {
  return Array.from({ length: values.length / 10 }, (_, row) => {
    const logits = values.subarray(10 * row, 10 * row + 10)
    return logits.indexOf(Math.max(...logits))
  })
}
