import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { codes } from '../src/diagnostics/codes.ts'
import type { Severity } from '../src/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'

const folder = join(import.meta.dirname, 'golden/diagnostics')
const programs = (ending: string) =>
  readdirSync(folder).filter((name) => new RegExp(`\\.${ending}\\.(wmnet|wmspec)$`).test(name))

/** Files are named by themselves, so that messages hold no path of one machine. */
function compileGolden(name: string) {
  const read = (path: string) => {
    try {
      return readFileSync(join(folder, path), 'utf8')
    } catch {
      return undefined
    }
  }
  return compile({ path: name, text: readFileSync(join(folder, name), 'utf8') }, { read })
}

/** The file shows source and message together: what a reviewer reads is what the user reads. */
async function expectMessages(name: string, severity: Severity): Promise<void> {
  const program = compileGolden(name)
  const found = program.diagnostics.filter((diagnostic) => diagnostic.severity === severity)
  expect(found.map(({ code }) => code)).toContain(name.slice(0, 6))
  expect(program.ok).toBe(severity === 'warning')
  const source = program.sources.get(name) ?? ''
  const message = renderDiagnostics(program.diagnostics, program.sources, { color: false })
  await expect(`${source}${'─'.repeat(100)}\n${message}`).toMatchFileSnapshot(join(folder, `${name}.txt`))
}

describe('every failing program', () => {
  it.each(programs('fail'))('%s', (name) => expectMessages(name, 'error'))
})

describe('every program with warnings', () => {
  it.each(programs('warn'))('%s', (name) => expectMessages(name, 'warning'))
})

it('every code of the table has a golden file', () => {
  const golden = join(import.meta.dirname, 'golden')
  const shown = new Set(readdirSync(golden, { recursive: true }).map((path) => basename(String(path)).slice(0, 6)))
  expect(Object.keys(codes).filter((code) => !shown.has(code))).toEqual([])
})
