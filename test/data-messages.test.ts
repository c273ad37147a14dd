import { truncate } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { mnist } from '../src/data/datasets/mnist.ts'
import { synthetic } from '../src/data/datasets/synthetic.ts'
import { readMnistCache } from '../src/data/mnist/cache.ts'
import { dataCodes } from '../src/diagnostics/codes/data.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import { diagnosticsOf, idxBytes, imageFile, labelFile, makeFolder, smallMnist } from './data-fixtures.ts'

const whole = { validation: 0.1, sample: false, train: 'all', test: 'all' } as const
const images = 'train-images-idx3-ubyte'
const labels = 'train-labels-idx1-ubyte'

interface MessageCase {
  /** The code and what is wrong: the snapshot's name. */
  readonly name: `${keyof typeof dataCodes}-${string}`
  /** How the fault was made, in place of a source text. */
  readonly made: string
  /** `folder` is a fresh one, written as DATA in the snapshot. */
  run(folder: string): Promise<unknown>
}

/** Loads MNIST from a folder with the four small files, some replaced or (null) left out. */
function withFiles(files: Readonly<Record<string, Uint8Array | null>>): MessageCase['run'] {
  return async (folder) => {
    const entries = Object.entries({ ...smallMnist, ...files }).flatMap(([name, bytes]) =>
      bytes ? [[name, bytes]] : [],
    )
    await makeFolder(Object.fromEntries(entries), folder)
    return mnist.load(whole, { seed: 1, dataDir: folder })
  }
}

/** The addresses of a mirror that has nothing, and of one that is no longer there. */
async function startRefusingMirrors(): Promise<readonly string[]> {
  const servers = [1, 2].map(() => createServer((_, response) => void response.writeHead(404, 'Not Found').end()))
  const addresses = []
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    addresses.push(`http://127.0.0.1:${address.port}/`)
  }
  const [present, gone] = servers
  await new Promise((resolve) => gone?.close(resolve))
  onTestFinished(() => void present?.close())
  return addresses
}

const cases: readonly MessageCase[] = [
  {
    name: 'WM0601-missing',
    made: `--data DATA, which lacks ${images} and t10k-labels-idx1-ubyte`,
    run: withFiles({ [images]: null, 't10k-labels-idx1-ubyte': null }),
  },
  {
    name: 'WM0601-no-folder',
    made: '--data DATA/none, which does not exist',
    run: (folder) => mnist.load(whole, { seed: 1, dataDir: join(folder, 'none') }),
  },
  {
    name: 'WM0602-not-a-folder',
    made: `--data DATA/${images}, which is a file`,
    async run(folder) {
      await makeFolder(smallMnist, folder)
      return mnist.load(whole, { seed: 1, dataDir: join(folder, images) })
    },
  },
  {
    name: 'WM0603-cut-gzip',
    made: `${images}.gz, cut after 20 bytes`,
    run: withFiles({ [images]: null, [`${images}.gz`]: gzipSync(smallMnist[images]).subarray(0, 20) }),
  },
  {
    name: 'WM0604-html',
    made: `${images} is a web page`,
    run: withFiles({ [images]: Buffer.from('<!DOCTYPE html>') }),
  },
  {
    name: 'WM0605-floats',
    made: `${images} of type float`,
    run: withFiles({ [images]: idxBytes([3, 28, 28], [], 0x0d) }),
  },
  { name: 'WM0606-size', made: `${images} with images of 32x32`, run: withFiles({ [images]: imageFile(3, 32) }) },
  {
    name: 'WM0606-swapped',
    made: 'training images and labels under each other’s names',
    run: withFiles({ [images]: smallMnist[labels], [labels]: smallMnist[images] }),
  },
  {
    name: 'WM0607-header',
    made: `${images} whose header announces 4294967295 images`,
    run: withFiles({ [images]: idxBytes([0xffffffff, 28, 28], []) }),
  },
  {
    name: 'WM0607-file',
    made: `${images} of one tebibyte`,
    async run(folder) {
      await makeFolder(smallMnist, folder)
      await truncate(join(folder, images), 2 ** 40)
      return mnist.load(whole, { seed: 1, dataDir: folder })
    },
  },
  {
    name: 'WM0608-cut',
    made: `${images} of 3 images, cut after 2000 bytes`,
    run: withFiles({ [images]: imageFile(3).subarray(0, 2000) }),
  },
  {
    name: 'WM0609-tail',
    made: `${labels} of 3 labels with one byte more`,
    run: withFiles({ [labels]: idxBytes([3], [5, 0, 4, 1]) }),
  },
  {
    name: 'WM0610-count',
    made: `${labels} with 4 labels for 3 images`,
    run: withFiles({ [labels]: labelFile([5, 0, 4, 1]) }),
  },
  { name: 'WM0611-label', made: `${labels} with a label 10`, run: withFiles({ [labels]: labelFile([5, 10, 4]) }) },
  {
    name: 'WM0612-other-data',
    made: "four sound files with images that are not MNIST's",
    run: withFiles({}),
  },
  {
    name: 'WM0613-two-mirrors',
    made: 'mnist() without --data, one mirror answering 404, nobody listening at the other',
    async run(folder) {
      return readMnistCache({ folder, addresses: await startRefusingMirrors() }, {})
    },
  },
  {
    name: 'WM0614-blocked',
    made: 'mnist() without --data, the cache inside something that is a file',
    async run(folder) {
      await makeFolder({ file: Buffer.from('x') }, folder)
      return readMnistCache({ folder: join(folder, 'file', 'mnist'), addresses: [] }, {})
    },
  },
  {
    name: 'WM0615-too-many',
    made: 'mnist(sample=true, train=60000)',
    run: () => mnist.load({ ...whole, sample: true, train: 60_000 }, { seed: 1, dataDir: null }),
  },
  {
    name: 'WM0616-all-validation',
    made: 'synthetic(train=8, validation=95%)',
    run: () =>
      synthetic.load(
        { size: [8, 8, 1], classes: 4, train: 8, test: 64, validation: 0.95, noise: 0.1 },
        { seed: 1, dataDir: null },
      ),
  },
  {
    name: 'WM0617-too-large',
    made: 'synthetic(size=20000x20000x3)',
    run: () =>
      synthetic.load(
        { size: [20_000, 20_000, 3], classes: 4, train: 256, test: 64, validation: 0.1, noise: 0.1 },
        { seed: 1, dataDir: null },
      ),
  },
]

test.each(cases)('$name', async ({ name, made, run }) => {
  const folder = await makeFolder()
  const diagnostics = await diagnosticsOf(() => run(folder))
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set([name.slice(0, 6)]))
  const rendered = renderDiagnostics(diagnostics, new Map(), { color: false })
    .replaceAll(folder, 'DATA')
    .replaceAll(/127\.0\.0\.1:\d\d+/g, '127.0.0.1:PORT')
  await expect(`${made}\n${'─'.repeat(80)}\n${rendered.trimEnd()}\n`).toMatchFileSnapshot(`golden/data/${name}.txt`)
})

test('every data code has its message here', () => {
  expect([...new Set(cases.map(({ name }) => name.slice(0, 6)))]).toEqual(Object.keys(dataCodes))
})
