import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startBackend } from '../../src/backends/tfjs/index.ts'
import { compile } from '../../src/compile.ts'
import { modelCodes } from '../../src/diagnostics/codes/model.ts'
import { encodePng } from '../../src/report/png.ts'
import { saveModel } from '../../src/study/model-folder.ts'
import { root, runWmnet, tinyStudy } from './wmnet.ts'

const net = (name: string, body: string) =>
  `network ${name} {\n  input 8x8x1 in [0, 1]\n  ${body}\n  flatten\n  dense(3) as scores\n}\n`
const programs = {
  bee: compile({ path: 'net.wmnet', text: net('Bee', 'block conv(4, padding="same") as stem') }),
  other: compile({ path: 'net.wmnet', text: net('Other', 'block wm.smooth(4) as stem') }),
  flat: compile({ path: 'net.wmnet', text: net('Flat', 'relu') }),
}
const classes = ['ant', 'bee', 'cat']
const parent = mkdtempSync(join(tmpdir(), 'wmnet-predict-'))
const folder = join(parent, 'project')

/** A picture whose byte at (y, x) is 4·(8y + x), with this size. */
const ramp = (height: number, width: number, channels: 1 | 3 = 1): Buffer =>
  encodePng(
    [height, width, channels],
    Uint8Array.from({ length: height * width * channels }, (_, at) => (4 * Math.floor(at / channels)) % 256),
  )

beforeAll(async () => {
  await startBackend('cpu')
  for (const [name, program] of Object.entries(programs)) {
    const [variant] = program.variants
    if (variant === undefined) throw new Error(name)
    await saveModel(join(parent, name), { program, variant, model: await program.build(variant, { seed: 2 }), classes })
  }
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const name of Object.keys(programs)) cpSync(join(parent, name), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'a.png'), ramp(8, 8))
  writeFileSync(join(folder, 'large.png'), ramp(16, 24))
  writeFileSync(
    join(folder, 'colour.png'),
    encodePng(
      [8, 8, 3],
      Uint8Array.from({ length: 192 }, (_, at) => (at * 37) % 256),
    ),
  )
})

interface Predicted {
  readonly class: string
  readonly probability: number
  readonly probabilities: readonly { readonly class: string; readonly probability: number }[]
  readonly resizedFrom: unknown
  readonly greyed: boolean
  readonly inverted: boolean
  readonly lightGround: boolean
  readonly overlay: string | null
}

async function predictJson(...args: readonly string[]): Promise<readonly Predicted[]> {
  const { code, stdout, stderr } = await runWmnet(['predict', ...args, '--json', '--backend', 'cpu'], folder)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('wmnet predict', () => {
  test('gives the softmax of what the model puts out', async () => {
    const [found] = await predictJson('bee', 'a.png')
    const { tf } = await import('../../src/backends/tfjs/index.ts')
    const model = await programs.bee.build('Bee', { seed: 2 })
    const input = Float32Array.from({ length: 64 }, (_, at) => (4 * at) / 255)
    const logits = [...([model.predict(tf.tensor4d(input, [1, 8, 8, 1]))].flat()[0]?.dataSync() ?? [])]
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
    expect(found?.probabilities).toHaveLength(3)
    for (const { class: name, probability } of found?.probabilities ?? []) {
      expect(probability).toBeCloseTo(Math.exp(logits[classes.indexOf(name)] ?? 0) / sum, 6)
    }
    expect(found?.class).toBe(classes[logits.indexOf(Math.max(...logits))])
    expect(found?.probability).toBe(Math.max(...(found?.probabilities ?? []).map((entry) => entry.probability)))
    expect(found).toMatchObject({ resizedFrom: null, greyed: false, overlay: null })
  })

  test('says what it did to a picture that is not as the network takes it', async () => {
    const [large, colour] = await predictJson('bee', 'large.png', 'colour.png', '--resize')
    expect(large).toMatchObject({ resizedFrom: [16, 24], greyed: false })
    expect(colour).toMatchObject({ resizedFrom: null, greyed: true })
  })

  test('turns light and dark around, and says where a picture has a light ground and the training a dark one', async () => {
    const bytes = (of: (at: number) => number) =>
      encodePng(
        [8, 8, 1],
        Uint8Array.from({ length: 64 }, (_, at) => of(at)),
      )
    writeFileSync(
      join(folder, 'negative.png'),
      bytes((at) => 255 - 4 * at),
    )
    const [plain] = await predictJson('bee', 'a.png')
    const [turned] = await predictJson('bee', 'negative.png', '--invert')
    expect(turned).toMatchObject({ inverted: true, lightGround: false, probabilities: plain?.probabilities })
    cpSync(join(folder, 'bee'), join(folder, 'digits'), { recursive: true })
    const description = JSON.parse(readFileSync(join(folder, 'digits/wmnet.json'), 'utf8'))
    const training = { protocol: 'P', data: 'mnist(validation=0.1)', trial: 1, seed: 1 }
    writeFileSync(join(folder, 'digits/wmnet.json'), JSON.stringify({ ...description, training }))
    writeFileSync(
      join(folder, 'dark.png'),
      bytes((at) => (at === 27 ? 255 : 0)),
    )
    writeFileSync(
      join(folder, 'light.png'),
      bytes((at) => (at === 27 ? 0 : 255)),
    )
    const [dark, light] = await predictJson('digits', 'dark.png', 'light.png')
    expect([dark?.lightGround, light?.lightGround]).toEqual([false, true])
    const { stdout } = await runWmnet(['predict', 'digits', 'light.png', '--backend', 'cpu'], folder)
    expect(stdout).toMatch(/^light\.png: \w+ \(light ground, trained on dark: --invert\?\)\n/)
    const [again] = await predictJson('digits', 'light.png', '--invert')
    expect(again).toMatchObject({ lightGround: false, probabilities: dark?.probabilities })
  })

  test('shows the same for an image wherever it stands among others', async () => {
    const [alone] = await predictJson('bee', 'colour.png')
    const several = await predictJson('bee', 'a.png', 'colour.png', 'a.png')
    expect(several[1]).toEqual(alone)
    expect(several[2]).toEqual(several[0])
  })

  test('prints the likeliest classes', async () => {
    const { code, stdout } = await runWmnet(['predict', 'bee', 'a.png', '--top', '2', '--backend', 'cpu'], folder)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^a\.png: (ant|bee|cat)\n( {2}(ant|bee|cat) +\d+\.\d\d % +█*\n){2} {2}and 1 more with \d+\.\d\d % together\n$/,
    )
  })

  test('writes pictures of where it sees the class', async () => {
    mkdirSync(join(folder, 'sub'))
    cpSync(join(folder, 'a.png'), join(folder, 'sub/a.png'))
    const found = await predictJson('bee', 'a.png', 'sub/a.png', '--explain', 'heat', '--layer', 'stem')
    expect(found.map(({ overlay }) => overlay)).toEqual(['heat/a.gradcam.png', 'heat/a-2.gradcam.png'])
    expect(readdirSync(join(folder, 'heat')).sort()).toEqual(['a-2.gradcam.png', 'a.gradcam.png'])
    const picture = PNG.sync.read(readFileSync(join(folder, 'heat/a.gradcam.png')))
    expect([picture.width, picture.height]).toEqual([224, 224])
    expect(new Set(picture.data).size).toBeGreaterThan(10)
  })

  test('opens what a run has trained', async () => {
    const run = await runWmnet(
      ['run', tinyStudy, '--backend', 'cpu', '--trials', '1', '--epochs', '1', '--out', 'run'],
      folder,
    )
    expect(run.code, run.stderr).toBe(0)
    const models = readdirSync(join(folder, 'run/models'), { recursive: true }).map(String)
    const folders = models.filter((path) => path.endsWith('/wmnet.json')).map((path) => path.replace('/wmnet.json', ''))
    expect(folders).toHaveLength(2)
    for (const model of folders) {
      const { input, training } = JSON.parse(readFileSync(join(folder, 'run/models', model, 'wmnet.json'), 'utf8'))
      expect(training).toMatchObject({ protocol: 'Short', trial: 1, seed: 7 })
      writeFileSync(join(folder, 'own.png'), ramp(input.shape[0], input.shape[1], input.shape[2]))
      expect((await predictJson(join('run/models', model), 'own.png', '--explain', 'heat'))[0]?.overlay).toBe(
        'heat/own.gradcam.png',
      )
    }
  }, 60_000)
})

const cases: readonly { readonly name: string; readonly command: string; readonly prepare?: () => void }[] = [
  {
    name: 'WM1001-cut-off',
    command: 'predict bee a.png',
    prepare: () => truncateSync(join(folder, 'bee/weights.safetensors'), 300),
  },
  {
    name: 'WM1001-terabytes',
    command: 'predict bee a.png',
    prepare: () => {
      const path = join(folder, 'bee/weights.safetensors')
      const bytes = readFileSync(path)
      bytes.writeBigUInt64LE(2n ** 43n)
      writeFileSync(path, bytes)
    },
  },
  {
    name: 'WM1002-other',
    command: 'predict bee a.png',
    prepare: () => cpSync(join(folder, 'other/weights.safetensors'), join(folder, 'bee/weights.safetensors')),
  },
  { name: 'WM1003-missing', command: 'predict runs/first a.png' },
  { name: 'WM1003-run', command: 'predict a.png a.png' },
  {
    name: 'WM1004-missing',
    command: 'predict bee a.png',
    prepare: () => unlinkSync(join(folder, 'bee/weights.safetensors')),
  },
  {
    name: 'WM1004-json',
    command: 'predict bee a.png',
    prepare: () => truncateSync(join(folder, 'bee/wmnet.json'), 80),
  },
  {
    name: 'WM1005-pictures',
    command: 'predict bee nowhere.png notes.png half.png huge.png a.png',
    prepare: () => {
      writeFileSync(join(folder, 'notes.png'), 'a dog')
      writeFileSync(join(folder, 'half.png'), ramp(8, 8).subarray(0, 70))
      const huge = ramp(8, 8)
      huge.writeUInt32BE(2 ** 30, 16)
      writeFileSync(join(folder, 'huge.png'), huge)
    },
  },
  { name: 'WM1006-size', command: 'predict bee large.png' },
  {
    name: 'WM1006-transparent',
    command: 'predict bee clear.png',
    prepare: () => writeFileSync(join(folder, 'clear.png'), PNG.sync.write(new PNG({ width: 8, height: 8 }))),
  },
  { name: 'WM1007-none', command: 'predict flat a.png --explain heat' },
  { name: 'WM1007-label', command: 'predict bee a.png --explain heat --layer steam' },
  { name: 'WM1007-vector', command: 'predict bee a.png --explain heat --layer scores' },
  { name: 'WM0903-layer', command: 'predict bee a.png --layer stem' },
  { name: 'WM0913-explain', command: 'predict bee a.png --explain a.png/heat' },
]

test.each(cases)('$name', async ({ name, command, prepare }) => {
  prepare?.()
  const { code, stdout, stderr } = await runWmnet([...command.split(' '), '--backend', 'cpu'], folder)
  expect(stdout).toBe('')
  expect(stderr).toContain(`error[${name.slice(0, 6)}]`)
  await expect(`$ wmnet ${command}\n${stderr}→ exit code ${code}\n`).toMatchFileSnapshot(`../golden/cli/${name}.txt`)
  expect(existsSync(join(folder, 'heat'))).toBe(false)
})

test('every code of models has its golden message', () => {
  const golden = new Set(readdirSync(join(root, 'test/golden/cli')).map((file) => file.slice(0, 6)))
  expect(Object.keys(modelCodes).filter((code) => !golden.has(code))).toEqual([])
})
