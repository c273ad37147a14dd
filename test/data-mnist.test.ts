import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Split } from '../src/data/dataset.ts'
import { mnist } from '../src/data/datasets/mnist.ts'
import { readMnistFolder } from '../src/data/mnist/folder.ts'
import { md5, parseMnist } from '../src/data/mnist/parse.ts'
import { diagnosticsOf, fullMnist, imageFile, labelFile, makeFolder, smallMnist } from './data-fixtures.ts'

const whole = { validation: 0.1, sample: false, train: 'all', test: 'all' } as const
const sample = { ...whole, sample: true }
const noFull = fullMnist === undefined ? ' (skipped: no MNIST in WMNET_DATA or ../shared/data/mnist)' : ''

function classCounts({ labels }: Split): readonly number[] {
  return mnist.info(whole).classes.map((_, digit) => labels.filter((label) => label === digit).length)
}

function imagesOf({ images, labels, count }: Split): readonly string[] {
  const pixels = Buffer.from(images.buffer, images.byteOffset, images.length)
  return Array.from({ length: count }, (_, index) => {
    return `${labels[index]}:${pixels.toString('latin1', index * 784, (index + 1) * 784)}`
  })
}

/** Stands for the splits' bytes: comparing millions of elements by `toEqual` takes a minute. */
function md5Of(...splits: readonly (Split | undefined)[]): string {
  return md5(Buffer.concat(splits.flatMap((split) => (split === undefined ? [] : [split.images, split.labels]))))
}

describe('the sample', () => {
  test('has 6,000 and 1,000 images, by class as in MNIST', async () => {
    const {
      train,
      validation,
      test: tests,
      ...info
    } = await mnist.load({ ...sample, validation: 0 }, { seed: 1, dataDir: null })
    expect([train.count, validation.count, tests.count]).toEqual([6000, 0, 1000])
    expect(train.images).toHaveLength(6000 * 784)
    expect(classCounts(train)).toEqual([592, 674, 596, 613, 584, 542, 592, 627, 585, 595])
    expect(classCounts(tests)).toEqual([98, 114, 103, 101, 98, 89, 96, 103, 97, 101])
    expect(info).toEqual(mnist.info(sample))
  })

  test('is in mixed order and has no image twice', async () => {
    const { train, test: tests } = await mnist.load({ ...sample, validation: 0 }, { seed: 1, dataDir: null })
    expect(new Set(train.labels.subarray(0, 50)).size).toBe(10)
    expect(new Set([...imagesOf(train), ...imagesOf(tests)]).size).toBe(7000)
  })

  test('the seed, and nothing else, decides what goes to validation', async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => mnist.load(sample, { seed, dataDir: null })),
    )
    expect(first?.validation.count).toBe(600)
    expect(first?.train.count).toBe(5400)
    expect(md5Of(again?.train, again?.validation, again?.test)).toBe(
      md5Of(first?.train, first?.validation, first?.test),
    )
    expect(md5Of(other?.validation)).not.toBe(md5Of(first?.validation))
    expect(md5Of(other?.test)).toBe(md5Of(first?.test))
  })

  test('can be cut down by class, validation being taken from what is left', async () => {
    const small = await mnist.load({ ...sample, train: 200, test: 50 }, { seed: 1, dataDir: null })
    expect([small.train.count, small.validation.count, small.test.count]).toEqual([180, 20, 50])
    const both = classCounts(small.train).map((count, digit) => count + (classCounts(small.validation)[digit] ?? 0))
    expect(both).toEqual([20, 22, 20, 20, 19, 18, 20, 21, 20, 20])
  })

  test('refuses to be larger than it is, and to load once interrupted', async () => {
    expect(await diagnosticsOf(() => mnist.load({ ...sample, train: 6001 }, { seed: 1, dataDir: null }))).toMatchObject(
      [{ code: 'WM0615', message: 'train=6001, but the dataset has 6,000 images for it' }],
    )
    const signal = AbortSignal.abort(new Error('interrupted'))
    await expect(mnist.load(sample, { seed: 1, dataDir: null, signal })).rejects.toThrow('interrupted')
  })
})

describe('a folder', () => {
  test('may spell the names with a dot and pack any of the files', async () => {
    const folder = await makeFolder({
      'train-images.idx3-ubyte': smallMnist['train-images-idx3-ubyte'],
      'train-labels-idx1-ubyte.gz': gzipSync(smallMnist['train-labels-idx1-ubyte']),
      't10k-images.idx3-ubyte.gz': gzipSync(smallMnist['t10k-images-idx3-ubyte']),
      't10k-labels-idx1-ubyte': smallMnist['t10k-labels-idx1-ubyte'],
    })
    const sums = {
      'train-images-idx3-ubyte': md5(smallMnist['train-images-idx3-ubyte']),
      'train-labels-idx1-ubyte': md5(smallMnist['train-labels-idx1-ubyte']),
      't10k-images-idx3-ubyte': md5(smallMnist['t10k-images-idx3-ubyte']),
      't10k-labels-idx1-ubyte': md5(smallMnist['t10k-labels-idx1-ubyte']),
    }
    const { train, test: tests } = await parseMnist(await readMnistFolder(folder, 'remedy'), sums)
    expect([train.count, Array.from(train.labels)]).toEqual([3, [5, 0, 4]])
    expect([tests.count, Array.from(tests.labels)]).toEqual([2, [7, 2]])
  })

  test('is the only place searched: what it lacks is an error that lists everything missing', async () => {
    const { 't10k-labels-idx1-ubyte': _, 'train-images-idx3-ubyte': __, ...rest } = smallMnist
    const folder = await makeFolder(rest)
    const onDownload = vi.fn()
    const diagnostics = await diagnosticsOf(() => mnist.load(whole, { seed: 1, dataDir: folder, onDownload }))
    expect(diagnostics).toMatchObject([
      { code: 'WM0601', message: `${folder} has no train-images-idx3-ubyte, t10k-labels-idx1-ubyte` },
    ])
    expect(diagnostics[0]?.hints[0]).toContain(
      'train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte',
    )
    expect(onDownload).not.toHaveBeenCalled()
  })

  test('must exist and be a folder', async () => {
    const folder = await makeFolder({ file: Buffer.from('x') })
    const load = (name: string) => mnist.load(whole, { seed: 1, dataDir: join(folder, name) })
    expect(await diagnosticsOf(() => load('none'))).toMatchObject([
      { code: 'WM0601', message: `the folder ${join(folder, 'none')} does not exist` },
    ])
    expect(await diagnosticsOf(() => load('file'))).toMatchObject([
      { code: 'WM0602', message: `${join(folder, 'file')}: ENOTDIR: not a directory` },
    ])
  })

  test('with other data under the names is refused with both checksums, each file', async () => {
    const folder = await makeFolder(smallMnist)
    const diagnostics = await diagnosticsOf(() => mnist.load(whole, { seed: 1, dataDir: folder }))
    expect(diagnostics.map(({ code }) => code)).toEqual(['WM0612', 'WM0612', 'WM0612', 'WM0612'])
    const found = md5(smallMnist['train-images-idx3-ubyte'])
    expect(diagnostics[0]?.message).toBe(
      `${join(folder, 'train-images-idx3-ubyte')} has MD5 ${found} (unpacked); wanted 6bbc9ace898e44ae57da46a324031adb`,
    )
  })

  test('has every damaged file reported at once', async () => {
    const folder = await makeFolder({
      ...smallMnist,
      'train-images-idx3-ubyte': imageFile(3).subarray(0, 2000),
      't10k-labels-idx1-ubyte': imageFile(2),
    })
    const diagnostics = await diagnosticsOf(() => mnist.load(whole, { seed: 1, dataDir: folder }))
    expect(diagnostics.map(({ code }) => code)).toEqual(['WM0608', 'WM0606'])
  })

  test.each([
    ['WM0610', { 't10k-labels-idx1-ubyte': labelFile([1, 2, 3]) }, 'has 2 images'],
    ['WM0611', { 'train-labels-idx1-ubyte': labelFile([9, 10, 0]) }, 'label 1 of 3 in'],
  ])('%s: images and labels that do not belong together', async (code, files, message) => {
    const folder = await makeFolder({ ...smallMnist, ...files })
    expect(await diagnosticsOf(() => mnist.load(whole, { seed: 1, dataDir: folder }))).toMatchObject([
      { code, message: expect.stringContaining(message) },
    ])
  })
})

describe.skipIf(fullMnist === undefined)(`the whole of MNIST${noFull}`, () => {
  const dataDir = fullMnist ?? ''

  test('has its published sizes and class counts', async () => {
    const { train, validation, test: tests } = await mnist.load(whole, { seed: 1, dataDir })
    expect([train.count, validation.count, tests.count]).toEqual([54_000, 6_000, 10_000])
    const counts = classCounts(train).map((count, digit) => count + (classCounts(validation)[digit] ?? 0))
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    expect(classCounts(tests)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    expect(Array.from(tests.labels.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
  })

  test('contains the sample, image and label, split by split', async () => {
    const all = await mnist.load({ ...whole, validation: 0 }, { seed: 1, dataDir })
    const part = await mnist.load({ ...sample, validation: 0 }, { seed: 1, dataDir: null })
    for (const split of ['train', 'test'] as const) {
      const known = new Set(imagesOf(all[split]))
      expect(imagesOf(part[split]).filter((image) => !known.has(image))).toEqual([])
    }
  })

  test('comes from the cache without a download once it is there', async () => {
    const home = await makeFolder()
    await mkdir(join(home, 'wmnet'))
    await symlink(dataDir, join(home, 'wmnet', 'mnist'))
    vi.stubEnv('XDG_CACHE_HOME', home)
    onTestFinished(() => void vi.unstubAllEnvs())
    const onDownload = vi.fn()
    const { test: tests } = await mnist.load({ ...whole, test: 100 }, { seed: 1, dataDir: null, onDownload })
    expect(tests.count).toBe(100)
    expect(onDownload).not.toHaveBeenCalled()
  })
})
