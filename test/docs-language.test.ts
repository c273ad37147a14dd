import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codes } from '../src/diagnostics/codes.ts'
import { format } from '../src/format/format.ts'
import {
  type Block,
  compileBlock,
  completeFragment,
  filesIn,
  printMessages,
  readBlocks,
  reprint,
} from './docs-blocks.ts'
import { runCommand } from './docs-commands.ts'

const path = join(import.meta.dirname, '../docs/language.md')
const page = readFileSync(path, 'utf8')
const blocks = readBlocks(page)
const files = filesIn(blocks)
const sources = blocks.filter(({ language }) => language === 'wmnet' || language === 'wmspec')

const home = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'wmnet-docs-'))
beforeAll(() => {
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

const titleOf = ({ line, language, mode }: Block) => `line ${line}: ${language} ${mode}`.trim()

describe('every source block of docs/language.md', () => {
  it.each(sources.map((block) => [titleOf(block), block] as const))('%s', (_, block) => {
    const program = compileBlock(block, files)
    if (block.mode === '') expect(printMessages(program)).toBe('')
    else if (block.mode === 'warns') expect([program.ok, program.diagnostics.length > 0]).toEqual([true, true])
    else expect([block.mode, program.ok]).toEqual(['fails', false])
  })
})

describe('the style of every source block', () => {
  it.each(sources.map((block) => [titleOf(block), block] as const))('%s', (_, block) => {
    const text = completeFragment(block, files)
    const { value, diagnostics } = format('net.wmnet', text)
    // What has syntax errors cannot be formatted, and is only shown with its message.
    if (block.mode !== 'fails') expect(diagnostics).toEqual([])
    expect(value).toBe(text)
  })
})

it('the limits are those that the errors state', () => {
  const table = page.slice(page.indexOf('| what | at most | error |'))
  const rows = [...table.matchAll(/^\| [^|]+ \| ([^|]+) \| \[(WM\d+)\]/gm)]
  expect(rows.length).toBeGreaterThan(10)
  for (const [row, limit = '', code = ''] of rows) {
    const explanation = Object.entries(codes).find(([name]) => name === code)?.[1].explanation ?? ''
    // 100 is not to be found in 100,000.
    expect(explanation, row).toMatch(new RegExp(`(?<![\\d,])${limit}(?![\\d]|,\\d)`))
  }
})

it('there is no block of another kind', () => {
  const others = blocks.filter(({ language }) => !['wmnet', 'wmspec', 'text', 'console'].includes(language))
  expect(others.map(titleOf)).toEqual([])
})

async function printConsole({ text }: Block): Promise<string> {
  const parts: string[] = []
  for (const [line, command = ''] of text.matchAll(/^\$ (.*)$/gm)) parts.push(`${line}\n${await runCommand(command)}`)
  return parts.join('')
}

/** A block as it is to be: what it shows of wmnet's output is the output. */
async function printBlock(block: Block, before: Block | undefined): Promise<string> {
  if (block.language === 'console') return printConsole(block)
  const isMessage = block.language === 'text' && before !== undefined && before.mode !== ''
  return isMessage ? printMessages(compileBlock(before, files)) : block.text
}

it('docs/language.md shows what wmnet prints', async () => {
  await expect(await reprint(page, printBlock)).toMatchFileSnapshot(path)
})
