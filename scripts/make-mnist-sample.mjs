// Draws the MNIST sample that wmnet ships: node scripts/make-mnist-sample.mjs FOLDER
// FOLDER holds the four original files. Writes src/data/mnist-sample/*.gz and prints the checksums for src/data/mnist/parts.ts.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const SEED = 2019
const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'src', 'data', 'mnist-sample')

const [source] = process.argv.slice(2)
if (source === undefined) {
  console.error('usage: node scripts/make-mnist-sample.mjs FOLDER')
  process.exit(1)
}

const { createStream, drawStratified, md5, mnistSums, parseMnist, readMnistFolder, takeImages } = await importSources([
  'random/stream.ts',
  'data/select.ts',
  'data/mnist/folder.ts',
  'data/mnist/parse.ts',
  'data/mnist/parts.ts',
])
const { train, test } = await parseMnist(
  await readMnistFolder(source, 'the four original files of MNIST are needed'),
  mnistSums,
)
await mkdir(target, { recursive: true })
await writeSample('train', train, 6000)
await writeSample('t10k', test, 1000)

async function writeSample(prefix, split, count) {
  const indices = drawStratified(split.labels, count, createStream(SEED, 'mnist-sample', prefix))
  const sample = takeImages(split, indices)
  await writeIdx(`${prefix}-images-idx3-ubyte`, [count, 28, 28], sample.images)
  await writeIdx(`${prefix}-labels-idx1-ubyte`, [count], sample.labels)
}

async function writeIdx(name, dims, data) {
  const header = Buffer.alloc(4 + 4 * dims.length)
  header.set([0, 0, 0x08, dims.length])
  dims.forEach((dim, index) => {
    header.writeUInt32BE(dim, 4 + 4 * index)
  })
  const bytes = Buffer.concat([header, data])
  await writeFile(join(target, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  console.log(`'${name}': '${md5(bytes)}',`)
}

/** Node 20 runs no TypeScript: the modules are bundled in memory and imported from there. */
async function importSources(paths) {
  const contents = paths.map((path) => `export * from './src/${path}'`).join('\n')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
