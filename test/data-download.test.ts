import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { cacheFolder } from '../src/data/cache-folder.ts'
import { readMnistCache } from '../src/data/mnist/cache.ts'
import { md5 } from '../src/data/mnist/parse.ts'
import { diagnosticsOf, makeFolder, smallMnist } from './data-fixtures.ts'

const names = Object.keys(smallMnist) as readonly (keyof typeof smallMnist)[]
const sums = {
  'train-images-idx3-ubyte': md5(smallMnist['train-images-idx3-ubyte']),
  'train-labels-idx1-ubyte': md5(smallMnist['train-labels-idx1-ubyte']),
  't10k-images-idx3-ubyte': md5(smallMnist['t10k-images-idx3-ubyte']),
  't10k-labels-idx1-ubyte': md5(smallMnist['t10k-labels-idx1-ubyte']),
}

/** A mirror on this machine; its base address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}/mnist/`
}

function packedFor(url: string | undefined): Buffer {
  const name = names.find((candidate) => url === `/mnist/${candidate}.gz`)
  if (name === undefined) throw new Error(`asked for ${url}`)
  return gzipSync(smallMnist[name])
}

const sound: RequestListener = (request, response) => {
  const body = packedFor(request.url)
  response.writeHead(200, { 'content-length': body.length }).end(body)
}
const missing: RequestListener = (_, response) => void response.writeHead(404, 'Not Found').end('<html>')
const wrongBytes: RequestListener = (_, response) => void response.end(gzipSync('something else'))
const loginPage: RequestListener = (_, response) => void response.end('<html>Please sign in</html>')
const cutOff: RequestListener = (request, response) => {
  const body = packedFor(request.url)
  response.writeHead(200, { 'content-length': body.length })
  response.write(body.subarray(0, 20), () => response.destroy())
}
const cutOffQuietly: RequestListener = (request, response) => void response.end(packedFor(request.url).subarray(0, 20))
const stalled: RequestListener = (request, response) => {
  const body = packedFor(request.url)
  response.writeHead(200, { 'content-length': body.length })
  response.write(body.subarray(0, 20))
}
/** Packs on the way, as some storage services do: fetch then unpacks on its own. */
const encoded: RequestListener = (request, response) => {
  const body = packedFor(request.url)
  response.writeHead(200, { 'content-length': body.length, 'content-encoding': 'gzip' }).end(body)
}

test('downloads the four files, keeps them packed, and needs no network the second time', async () => {
  const asked: string[] = []
  const base = await serve((request, response) => {
    asked.push(request.url ?? '')
    sound(request, response)
  })
  const folder = join(await makeFolder(), 'wmnet', 'mnist')
  const onDownload = vi.fn()
  const files = await readMnistCache({ folder, addresses: [base], sums }, { onDownload })
  for (const name of names) expect(Buffer.compare(files[name].bytes, smallMnist[name])).toBe(0)
  expect((await readdir(folder)).sort()).toEqual(names.map((name) => `${name}.gz`).sort())
  const file = 'train-labels-idx1-ubyte.gz'
  const size = gzipSync(smallMnist['train-labels-idx1-ubyte']).length
  expect(onDownload).toHaveBeenCalledWith({ file, received: size, total: size })

  expect(asked).toEqual(names.map((name) => `/mnist/${name}.gz`))
  expect(await readMnistCache({ folder, addresses: [base], sums }, {})).toEqual(files)
  expect(asked).toHaveLength(4)
})

test('replaces a cached file that is damaged', async () => {
  const base = await serve(sound)
  const folder = await makeFolder()
  await readMnistCache({ folder, addresses: [base], sums }, {})
  const file = join(folder, 'train-labels-idx1-ubyte.gz')
  for (const damage of [Buffer.from('junk'), gzipSync('other'), (await readFile(file)).subarray(0, 15)]) {
    await writeFile(file, damage)
    const onDownload = vi.fn()
    const files = await readMnistCache({ folder, addresses: [base], sums }, { onDownload })
    expect(Buffer.compare(files['train-labels-idx1-ubyte'].bytes, smallMnist['train-labels-idx1-ubyte'])).toBe(0)
    expect(new Set(onDownload.mock.calls.map(([progress]) => progress.file))).toEqual(
      new Set(['train-labels-idx1-ubyte.gz']),
    )
  }
})

test('takes a body that was packed on the way for what it is', async () => {
  const folder = await makeFolder()
  const onDownload = vi.fn()
  const files = await readMnistCache({ folder, addresses: [await serve(encoded)], sums }, { onDownload })
  for (const name of names) expect(Buffer.compare(files[name].bytes, smallMnist[name])).toBe(0)
  expect(onDownload.mock.calls[0]?.[0].total).toBeNull()
  const again = await readMnistCache({ folder, addresses: [], sums }, {})
  expect(again).toEqual(files)
})

describe('a mirror that fails', () => {
  const failing: readonly [string, RequestListener, string][] = [
    ['404', missing, 'HTTP 404 Not Found'],
    ['other data', wrongBytes, `MD5 ${md5(Buffer.from('something else'))}; wanted ${sums['train-images-idx3-ubyte']}`],
    ['a login page', loginPage, `wanted ${sums['train-images-idx3-ubyte']}`],
    ['a cut connection', cutOff, 'other side closed'],
    ['a body cut short', cutOffQuietly, 'the answer (20 bytes) cannot be unpacked: unexpected end of file'],
    ['a stall', stalled, 'nothing received for 0.2 s'],
  ]

  test.each(failing)('%s: is named with its reason, and leaves no file', async (_, answer, reason) => {
    const base = await serve(answer)
    const folder = await makeFolder()
    const source = { folder, addresses: [base], sums, stallSeconds: 0.2 }
    const [diagnostic] = await diagnosticsOf(() => readMnistCache(source, {}))
    expect(diagnostic?.code).toBe('WM0613')
    expect(diagnostic?.message).toContain(`train-images-idx3-ubyte.gz from ${base}train-images-idx3-ubyte.gz: `)
    expect(diagnostic?.message).toContain(reason)
    expect(diagnostic?.hints.join()).toMatch(`into ${folder} yourself`)
    expect(diagnostic?.hints.join()).toMatch('--data DIR')
    expect(await readdir(folder)).toEqual([])
  })

  test.each(failing)('%s: the next one is asked', async (_, answer) => {
    const folder = await makeFolder()
    const addresses = [await serve(answer), await serve(sound)]
    const files = await readMnistCache({ folder, addresses, sums, stallSeconds: 0.2 }, {})
    expect(Buffer.compare(files['t10k-labels-idx1-ubyte'].bytes, smallMnist['t10k-labels-idx1-ubyte'])).toBe(0)
    expect((await readdir(folder)).sort()).toEqual(names.map((name) => `${name}.gz`).sort())
  })

  test('every address and its reason stand in the message', async () => {
    const nobody = 'http://127.0.0.1:1/mnist/'
    const addresses = [await serve(missing), nobody]
    const [diagnostic] = await diagnosticsOf(async () =>
      readMnistCache({ folder: await makeFolder(), addresses, sums }, {}),
    )
    for (const base of addresses) expect(diagnostic?.message).toContain(base)
    expect(diagnostic?.message).toMatch(/HTTP 404 .*; from .*(ECONNREFUSED|bad port)/)
  })
})

test('an interruption stops the download, leaves no file and asks no other mirror', async () => {
  const controller = new AbortController()
  const folder = await makeFolder()
  const other = vi.fn()
  const addresses = [await serve(stalled), await serve(other)]
  const loading = readMnistCache(
    { folder, addresses, sums },
    { signal: controller.signal, onDownload: () => controller.abort(new Error('interrupted by the user')) },
  )
  await expect(loading).rejects.toThrow('interrupted by the user')
  expect(await readdir(folder)).toEqual([])
  expect(other).not.toHaveBeenCalled()
})

test('an interruption before the start asks nobody', async () => {
  const asked = vi.fn()
  const addresses = [await serve(asked)]
  const signal = AbortSignal.abort(new Error('too late'))
  await expect(readMnistCache({ folder: await makeFolder(), addresses, sums }, { signal })).rejects.toThrow('too late')
  expect(asked).not.toHaveBeenCalled()
})

test('a cache that cannot be written is not the fault of the network', async () => {
  const blocked = join(await makeFolder({ file: Buffer.from('x') }), 'file', 'mnist')
  const source = { folder: blocked, addresses: [await serve(sound)], sums }
  expect(await diagnosticsOf(() => readMnistCache(source, {}))).toMatchObject([
    { code: 'WM0614', message: `${blocked}: ENOTDIR: not a directory` },
  ])
})

test.each<[string, Record<string, string>, NodeJS.Platform, string]>([
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/fast' }, 'darwin', '/fast/wmnet'],
  ['a relative XDG_CACHE_HOME is ignored', { XDG_CACHE_HOME: 'fast' }, 'linux', '/home/ann/.cache/wmnet'],
  ['Linux', {}, 'linux', '/home/ann/.cache/wmnet'],
  ['macOS', {}, 'darwin', '/home/ann/Library/Caches/wmnet'],
  ['Windows', { LOCALAPPDATA: '/local' }, 'win32', '/local/wmnet/Cache'],
  ['Windows without LOCALAPPDATA', {}, 'win32', '/home/ann/AppData/Local/wmnet/Cache'],
])('the cache folder: %s', (_, environment, platform, wanted) => {
  expect(cacheFolder(environment, platform, '/home/ann')).toBe(wanted)
})
