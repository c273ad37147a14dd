import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why dist/ could not be built; empty when it stands. Tests of the command line then fail with it, the others run. */
    buildError: string
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The command-line tests run the built program as a user would: dist/ is rebuilt when a source is newer. */
export function setup(project: TestProject): void {
  project.provide('buildError', isStale() ? buildProgram() : '')
}

function isStale(): boolean {
  const built = join(root, 'dist/cli/main.js')
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  return sources.some((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > builtAt)
}

function buildProgram(): string {
  const result = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--js'], { encoding: 'utf8' })
  return result.status === 0 ? '' : `npm run build failed:\n${result.stderr}`
}
