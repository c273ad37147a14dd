// Runs the property tests of the front end with many more cases than CI has time for: npm run fuzz -- [FACTOR].
// Each run draws new cases; a failure prints the seed and the smallest counterexample.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [factor = '20', ...others] = process.argv.slice(2)
if (!(Number(factor) > 0) || others.length > 0) {
  console.error('usage: npm run fuzz -- [FACTOR]: how many times the usual cases (default 20)')
  process.exit(1)
}
const tests = ['test/property', 'test/format-property', 'test/syntax-diffs', 'test/grammar-textmate-agrees']
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const { status } = spawnSync(process.execPath, [vitest, 'run', ...tests], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, WMNET_FUZZ: factor },
})
process.exitCode = status ?? 1
