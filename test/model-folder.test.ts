import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { loadModelFiles, modelFiles, readWeights, startBackend, tf } from '../src/backends/tfjs/index.ts'
import { compile } from '../src/compile.ts'
import { DiagnosticError } from '../src/diagnostics/diagnostic.ts'
import { openModel, saveModel } from '../src/study/model-folder.ts'
import { encodeWeights } from '../src/weights/weights.ts'

const files = new Map([
  [
    'nets/net.wmnet',
    'use "../parts.wmnet"\nnetwork Net(width: int = 4) {\n  input 8x8x1 in [-1, 1]\n  twice(width)\n  flatten\n  dense(3)\n}\nablation Widths of Net {\n  variant narrow {}\n  variant wide { width = 6 }\n}\n',
  ],
  ['parts.wmnet', 'define twice(n: int) {\n  block wm.smooth(n, norm=batchnorm)\n  block conv(n, groups=2)\n}\n'],
])
const program = compile(
  { path: 'nets/net.wmnet', text: files.get('nets/net.wmnet') ?? '' },
  { read: (path) => files.get(path) },
)
const classes = ['ant', 'bee', 'cat']

const parent = mkdtempSync(join(tmpdir(), 'wmnet-model-'))
const saved = join(parent, 'saved')
const folder = join(parent, 'model')
afterAll(() => rmSync(parent, { recursive: true, force: true }))

function wide() {
  const variant = program.variant('wide')
  if (variant === undefined) throw new Error(program.diagnostics.map(({ message }) => message).join('\n'))
  return variant
}

beforeAll(async () => {
  await startBackend('cpu')
  const variant = wide()
  const model = await program.build(variant, { seed: 5 })
  await saveModel(saved, { program, variant, model, classes })
})

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  cpSync(saved, folder, { recursive: true })
})

const outputs = (model: { predict(x: Tensor): Tensor | Tensor[] }): number[] => {
  const x = tf.reshape(tf.linspace(-1, 1, 2 * 64), [2, 8, 8, 1])
  return [model.predict(x)].flat().flatMap((tensor) => [...tensor.dataSync()])
}

describe("a model's folder", () => {
  it('gives the model back, as wmnet and as tfjs have it', async () => {
    const original = await program.build('wide', { seed: 5 })
    const stored = openModel(folder)
    expect(outputs(await stored.build())).toEqual(outputs(original))
    const json = readFileSync(join(folder, 'model.json'), 'utf8')
    expect(outputs(await loadModelFiles(json, readFileSync(join(folder, 'weights.bin'))))).toEqual(outputs(original))
    expect(stored.weights).toEqual(await readWeights(original, wide().graph))
  })

  it('says what the model is', () => {
    const { description, graph } = openModel(folder)
    expect(graph).toEqual(wide().graph)
    expect(description).toEqual({
      ...{ format: 'wmnet.model/1', wmnet: '0.1.0', network: 'Net', subject: 'Widths', variant: 'wide' },
      ...{ graphHash: wide().hash, input: { shape: [8, 8, 1], range: [-1, 1] }, classes, training: null },
      sources: [...files].reverse().map(([path, text]) => ({ path, text })),
    })
  })

  it('is the same for the same model', async () => {
    const again = join(parent, 'again')
    await saveModel(again, { program, variant: wide(), model: await program.build('wide', { seed: 5 }), classes })
    for (const name of ['wmnet.json', 'weights.safetensors', 'weights.bin']) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(saved, name))), name).toBe(true)
    }
  })

  it('wants a name for each output', async () => {
    const model = await program.build('wide')
    await expect(saveModel(folder, { program, variant: wide(), model, classes: ['a'] })).rejects.toThrow(
      '1 classes for 3 outputs',
    )
  })

  it('holds weights that plain tfjs has under the same shapes', async () => {
    const model = await program.build('wide', { seed: 5 })
    const { json } = await modelFiles(model)
    const manifest = JSON.parse(json).weightsManifest[0].weights as { shape: number[] }[]
    const count = (shapes: readonly (readonly number[])[]) => shapes.map((shape) => shape.join('x')).sort()
    const weights = await readWeights(model, wide().graph)
    const total = [...weights.values()].reduce((sum, { length }) => sum + length, 0)
    expect(weights.size).toBe(count(manifest.map(({ shape }) => shape)).length)
    expect(total).toBe(model.countParams())
  })
})

const json = (change: (content: Record<string, unknown>) => void): void => {
  const path = join(folder, 'wmnet.json')
  const content = JSON.parse(readFileSync(path, 'utf8'))
  change(content)
  writeFileSync(path, JSON.stringify(content))
}

describe('a folder is refused', () => {
  test.each<[string, () => void, string]>([
    ['that is none', () => rmSync(folder, { recursive: true }), 'WM1003: MODEL: no such folder'],
    [
      'that is a file',
      () => {
        rmSync(folder, { recursive: true })
        writeFileSync(folder, '')
      },
      'WM1003: MODEL: a file, wanted a folder',
    ],
    [
      'without a description',
      () => unlinkSync(join(folder, 'wmnet.json')),
      'WM1003: MODEL: its wmnet.json cannot be read: ENOENT: no such file or directory',
    ],
    [
      'with a description cut off',
      () => truncateSync(join(folder, 'wmnet.json'), 100),
      'WM1004: MODEL/wmnet.json: not JSON',
    ],
    [
      'of another format',
      () =>
        json((content) => {
          content.format = 'wmnet.model/9'
        }),
      "WM1004: MODEL/wmnet.json: its format is 'wmnet.model/9', wanted 'wmnet.model/1'",
    ],
    [
      'without classes',
      () =>
        json((content) => {
          content.classes = undefined
        }),
      'WM1004: MODEL/wmnet.json: `classes` is missing or not what it should be',
    ],
    [
      'with other classes',
      () =>
        json((content) => {
          content.classes = ['a', 'b']
        }),
      'WM1004: MODEL/wmnet.json: 2 classes for 3 outputs',
    ],
    [
      'with sources of another kind',
      () =>
        json((content) => {
          content.sources = ['network']
        }),
      'WM1004: MODEL/wmnet.json: `sources` is missing or not what it should be',
    ],
    [
      'without sources',
      () =>
        json((content) => {
          content.sources = []
        }),
      'WM1004: MODEL/wmnet.json: it has no sources',
    ],
    [
      'whose sources lack the variant',
      () =>
        json((content) => {
          content.variant = 'deep'
        }),
      'WM1004: MODEL/wmnet.json: its sources have no Widths.deep',
    ],
    [
      'whose sources are not whole',
      () =>
        json((content) => {
          content.sources = [(content.sources as unknown[])[1]]
        }),
      'WM1004: MODEL/wmnet.json: its sources have no Widths.wide: WM0216 cannot read parts.wmnet',
    ],
    [
      'whose sources were changed',
      () =>
        json((content) => {
          content.variant = 'narrow'
        }),
      'WM1004: MODEL/wmnet.json: its sources compile to the graph NARROW, it was trained as WIDE; written by wmnet 0.1.0, this is 0.1.0',
    ],
    [
      'without weights',
      () => unlinkSync(join(folder, 'weights.safetensors')),
      'WM1004: MODEL/weights.safetensors: ENOENT: no such file or directory',
    ],
    [
      'with weights cut off',
      () => truncateSync(join(folder, 'weights.safetensors'), 500),
      'WM1001: MODEL/weights.safetensors: claims a header of 992 bytes, 492 follow; it is cut off or no safetensors file',
    ],
    [
      'with a terabyte of weights',
      () => truncateSync(join(folder, 'weights.safetensors'), 2 ** 40),
      'WM1001: MODEL/weights.safetensors has 1,099,511,627,776 bytes, at most 1,008,730 fit',
    ],
  ])('%s', (_name, damage, message) => {
    damage()
    const names = { WIDE: wide().hash.slice(0, 8), NARROW: program.variant('narrow')?.hash.slice(0, 8) ?? '' }
    try {
      openModel(folder)
    } catch (caught) {
      if (!(caught instanceof DiagnosticError)) throw caught
      const said = caught.message
        .replaceAll(folder, 'MODEL')
        .replace(names.WIDE, 'WIDE')
        .replace(names.NARROW, 'NARROW')
      expect(said).toBe(message)
      return
    }
    throw new Error('the folder was opened')
  })

  test('with the weights of another variant', async () => {
    const narrow = program.variant('narrow')
    if (narrow === undefined) throw new Error('no narrow variant')
    const weights = await readWeights(await program.build(narrow), narrow.graph)
    writeFileSync(join(folder, 'weights.safetensors'), encodeWeights(narrow.graph, weights))
    expect(() => openModel(folder)).toThrow(
      /WM1002: .* is of Net with the graph .*\n.*twice1.wm_smooth0.kernel is 8x8x1x4, wanted 8x8x1x6; .*more$/,
    )
  })
})
