import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { embeddingPage, readSnippets } from './docs-snippets.ts'

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
    expect(snippets.length).toBe(blocks.length)
    expect(snippets.length).toBeGreaterThanOrEqual(5)
  })

  it.each(snippets.filter(({ where }) => where === 'run'))('$heading', ({ heading, code, prints }) => {
    const path = join(folder, `${heading.replaceAll(/\W/g, '-')}.mjs`)
    writeFileSync(path, code)
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    expect(stdout.replaceAll(/ +$/gm, '')).toBe(prints)
  })
})
