// Compiles the AssemblyScript kernels and embeds the module in wasm-module.ts, which is committed: users and
// bundlers need no compiler. `--check` writes nothing and fails where the committed module is not the compiled one.
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const output = join(root, 'src/backends/tfjs/kernels/wasm-module.ts')

// The module shares tfjs's heap, so it imports the memory and has no runtime; nothing in it may allocate or assert.
const options =
  'src/backends/tfjs/kernels/assembly/index.ts --outFile kernels.wasm --importMemory --noExportMemory --runtime stub --enable simd -O3 --noAssert'

// A module imports either a memory of one thread or a shared one; 65,536 pages are what tfjs's threaded build declares.
const shared = '--sharedMemory --enable threads --maximumMemory 65536'

/** The module in base64, as lines of a string literal. */
async function compileKernels(flags) {
  let binary
  const { error, stderr } = await main([...options.split(' '), ...flags, '--baseDir', root], {
    writeFile: (_name, contents) => {
      binary = contents
    },
  })
  if (error || !binary) throw new Error(`asc failed: ${error?.message ?? 'no output'}\n${stderr.toString()}`)
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,110}/g)
  return lines.map((line) => `  '${line}'`).join(' +\n')
}

/** The source text of wasm-module.ts, compiled afresh. */
async function writeSource() {
  return [
    '// Compiled from assembly/ by scripts/build-kernels.mjs. Do not edit.',
    '',
    '/** The WebAssembly module of the kernels, base64. */',
    'export const wasmModule =',
    await compileKernels([]),
    '',
    '/** The same for a memory that threads share. */',
    'export const sharedWasmModule =',
    await compileKernels(shared.split(' ')),
    '',
  ].join('\n')
}

const source = await writeSource()
if (!process.argv.includes('--check')) await writeFile(output, source)
else if ((await readFile(output, 'utf8')) !== source) {
  console.error('wasm-module.ts is not what assembly/ compiles to: run npm run build:kernels')
  process.exitCode = 1
}
