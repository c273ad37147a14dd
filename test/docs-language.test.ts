import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../src/cli/program.ts'
import type { Terminal } from '../src/cli/terminal.ts'
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
  const rows = [...page.matchAll(/^\| [^|]+ \| ([\d,]+)(?: MiB)? \| \[(WM\d+)\]/gm)]
  expect(rows.length).toBeGreaterThan(5)
  for (const [row, number = '', code = ''] of rows) {
    const explanation = Object.entries(codes).find(([name]) => name === code)?.[1].explanation ?? ''
    expect(explanation, row).toMatch(new RegExp(`(?<![\\d,])${number}(?![\\d,])`))
  }
})

it('there is no block of another kind', () => {
  const others = blocks.filter(({ language }) => !['wmnet', 'wmspec', 'text', 'console'].includes(language))
  expect(others.map(titleOf)).toEqual([])
})

/** What is printed, in the order in which it is. */
async function runCommand(line: string): Promise<string> {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const terminal: Terminal = { out: print, note: print, outColor: false, noteColor: false, live: false, columns: 120 }
  const [command, ...args] = line.split(' ')
  if (command === 'cat') return readFileSync(args[0] ?? '', 'utf8')
  if (command !== 'wmnet') throw new Error(`no such command here: ${line}`)
  await createProgram(terminal, () => {}).parseAsync(args, { from: 'user' })
  return printed.join('')
}

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
