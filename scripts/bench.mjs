// Runs a benchmark from source: npm run bench -- NAME [ARGUMENTS], where bench/NAME.ts is the benchmark; without a name, the engine's.
// Node 20 cannot run TypeScript: the file is bundled into a temporary one first.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const given = process.argv.slice(2)
const [name = 'engine', ...args] = given[0]?.startsWith('-') ? ['engine', ...given] : given
const names = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.ts'))
if (!existsSync(join(root, 'bench', `${name}.ts`))) {
  console.error(
    `usage: npm run bench -- NAME [ARGUMENTS]; NAME is one of ${names.map((file) => file.slice(0, -3)).join(', ')}`,
  )
  process.exit(1)
}

// Below the project, so that the bundle finds the project's packages.
const folder = mkdtempSync(join(root, 'node_modules', '.bench-'))
try {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(root, 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
  const { status } = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
