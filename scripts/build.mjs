// Bundles wmnet into dist/ and writes its type declarations. `--js` leaves the declarations out.
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))

// Chevrotain takes 0.4 s to import as its many files and 0.1 s bundled; everything else is imported where it is
// used, so it can stay outside and be shared with the user's own tfjs.
const bundled = new Set(['chevrotain', 'pure-rand'])
const external = [
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.optionalDependencies ?? {}),
  ...Object.keys(manifest.peerDependencies ?? {}),
].filter((name) => !bundled.has(name))

const javascriptOnly = process.argv.includes('--js')
if (!javascriptOnly) rmSync(`${root}/dist`, { recursive: true, force: true })

await build({
  absWorkingDir: root,
  // The loader of MNIST stands alone, so that package.json can leave it out of browsers.
  entryPoints: [
    ...['src/index.ts', 'src/node.ts', 'src/cli/main.ts', 'src/backends/tfjs/index.ts', 'src/study/worker.ts'],
    'src/data/mnist/load.ts',
    'src/backends/onnx/index.ts',
  ],
  outbase: 'src',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  legalComments: 'linked',
  external,
  logLevel: 'warning',
})
chmodSync(`${root}/dist/cli/main.js`, 0o755)

if (!javascriptOnly) {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))
  const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}/tsconfig.build.json`], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
