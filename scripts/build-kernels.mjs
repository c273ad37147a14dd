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

/** The source text of wasm-module.ts, compiled afresh. */
async function compileKernels() {
  let binary
  const { error, stderr } = await main([...options.split(' '), '--baseDir', root], {
    writeFile: (_name, contents) => {
      binary = contents
    },
  })
  if (error || !binary) throw new Error(`asc failed: ${error?.message ?? 'no output'}\n${stderr.toString()}`)
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,110}/g)
  return [
    '// Compiled from assembly/ by scripts/build-kernels.mjs. Do not edit.',
    '',
    '/** The WebAssembly module of the kernels, base64. */',
    'export const wasmModule =',
    lines.map((line) => `  '${line}'`).join(' +\n'),
    '',
  ].join('\n')
}

const source = await compileKernels()
if (!process.argv.includes('--check')) await writeFile(output, source)
else if ((await readFile(output, 'utf8')) !== source) {
  console.error('wasm-module.ts is not what assembly/ compiles to: run npm run build:kernels')
  process.exitCode = 1
}
