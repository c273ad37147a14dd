import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { codes } from '../src/diagnostics/codes.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'

const folder = join(import.meta.dirname, 'golden/diagnostics')
const failing = readdirSync(folder).filter((name) => /\.fail\.(wmnet|wmspec)$/.test(name))

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

describe('every failing program', () => {
  it.each(failing)('%s', async (name) => {
    const program = compileGolden(name)
    const found = program.diagnostics.map(({ code }) => code)
    expect(found).toContain(name.slice(0, 6))
    expect(program.ok).toBe(false)
    const source = program.sources.get(name) ?? ''
    const message = renderDiagnostics(program.diagnostics, program.sources, { color: false })
    await expect(`${source}${'─'.repeat(100)}\n${message}`).toMatchFileSnapshot(join(folder, `${name}.txt`))
  })
})

it('every code of the table has a golden file', () => {
  const golden = join(import.meta.dirname, 'golden')
  const shown = new Set(readdirSync(golden, { recursive: true }).map((path) => basename(String(path)).slice(0, 6)))
  expect(Object.keys(codes).filter((code) => !shown.has(code))).toEqual([])
})
