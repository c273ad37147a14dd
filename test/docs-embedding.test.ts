import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { embeddingPage, readSnippets, readTyped } from './docs-snippets.ts'

// Below the package's own folder, so that `wmnet` is what package.json exports: the built library.
const parent = join(import.meta.dirname, '../dist')
let folder: string
beforeAll(() => {
  expect(inject('buildError')).toBe('')
  folder = mkdtempSync(join(parent, 'docs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const snippets = readSnippets()

describe('docs/embedding.md', () => {
  it('has no snippet that is not run', () => {
    const blocks = readFileSync(embeddingPage, 'utf8').match(/^```[jt]s/gm) ?? []
    expect(snippets.length + readTyped().length).toBe(blocks.length)
    expect(readTyped().length).toBe(1)
    expect(snippets.length).toBeGreaterThanOrEqual(5)
  })

  it.each(readTyped())(
    'holds for TypeScript: %s',
    (code) => {
      const path = join(folder, 'typed.mts')
      writeFileSync(path, code)
      const flags = ['--strict', '--skipLibCheck', '--noEmit', '--target', 'es2022', '--module', 'nodenext']
      const { stdout, status } = spawnSync('npx', ['tsc', ...flags, path], { encoding: 'utf8' })
      expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
    },
    60_000,
  )

  it.each(snippets.filter(({ where }) => where === 'run'))('$heading', ({ heading, code, prints }) => {
    const path = join(folder, `${heading.replaceAll(/\W/g, '-')}.mjs`)
    writeFileSync(path, code)
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    expect(stdout.replaceAll(/ +$/gm, '')).toBe(prints)
  })
})
