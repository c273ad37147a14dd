import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { format } from '../src/format/format.ts'
import { parse } from '../src/syntax/parse.ts'
import { printAst } from './golden/ast/print-ast.ts'

const folder = join(import.meta.dirname, 'golden/format')
const inputs = readdirSync(folder).filter((name) => /^[a-z]+\.(wmnet|wmspec)$/.test(name))

function formatted(text: string): string {
  const { value, diagnostics } = format('a.wmnet', text)
  expect(diagnostics).toEqual([])
  return value
}

describe('every construct, badly laid out', () => {
  it.each(inputs)('%s', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const result = formatted(text)
    const ast = (source: string) => printAst(parse(name, source).value.declarations)
    expect(ast(result)).toBe(ast(text))
    expect(formatted(result)).toBe(result)
    await expect(result).toMatchFileSnapshot(join(folder, name.replace('.', '.formatted.')))
  })
})

describe('what wmnet ships', () => {
  const root = join(import.meta.dirname, '..')
  const shipped = ['examples', 'specs'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true })
      .map((path) => join(room, String(path)))
      .filter((path) => /\.(wmnet|wmspec)$/.test(path)),
  )
  it.each(shipped)('%s is formatted', (path) => {
    const text = readFileSync(join(root, path), 'utf8')
    expect(formatted(text), `run \`wmnet fmt ${path}\``).toBe(text)
  })
})

describe('the ends of a file', () => {
  it.each([
    ['an empty file', '', ''],
    ['blanks alone', ' \n\t\n\n', ''],
    ['separators alone', ';\n;;\n', ''],
    ['a comment alone', '\n\n// only\n\n\n/* this */  \n\n', '// only\n\n/* this */\n'],
    ['no line end', 'default act = relu', 'default act = relu\n'],
    ['a byte-order mark', '\uFEFFdefault act = relu\n', 'default act = relu\n'],
    ['a byte-order mark before a comment', '\uFEFF// a\n', '// a\n'],
    ['a comment without line end', 'default act = relu // a', 'default act = relu // a\n'],
    ['separators around', ';;default act = relu; // a\n;', 'default act = relu // a\n'],
  ])('%s', (_, text, result) => {
    expect(formatted(text)).toBe(result)
  })

  it.each(['\r\n', '\r'])('line ends become \\n from %j, in comments as well', (end) => {
    const text = ['define a {', '  /* b  ', '     c */', '', '', '  conv(', '8) // d  ', '}', ''].join(end)
    expect(formatted(text)).toBe('define a {\n  /* b\n     c */\n\n  conv(\n    8,\n  ) // d\n}\n')
  })
})

describe('line width', () => {
  const name = (length: number) => 'n'.repeat(length)
  const columns = (text: string) => Math.max(...text.split('\n').map((line) => line.length))

  it('120 columns fit, 121 do not', () => {
    const fits = `define d {\n  conv(${name(55)}, ${name(55)})\n}\n`
    expect(columns(fits)).toBe(120)
    expect(formatted(fits)).toBe(fits)
    expect(formatted(fits.replace('(n', '(nn'))).toBe(
      `define d {\n  conv(\n    ${name(56)},\n    ${name(55)},\n  )\n}\n`,
    )
  })

  it('the comma of an item counts', () => {
    const text = (length: number) => `define d {\n  conv(\n    f(a, ${name(length)}),\n  )\n}\n`
    expect(columns(text(109))).toBe(120)
    expect(formatted(text(109))).toBe(text(109))
    expect(formatted(text(110))).toBe(`define d {\n  conv(\n    f(\n      a,\n      ${name(110)},\n    ),\n  )\n}\n`)
  })

  it('comments do not count', () => {
    const text = `define d {\n  conv(8, k=3) // ${name(120)}\n}\n`
    expect(formatted(text)).toBe(text)
  })

  it('a variant too wide only because of its neighbours is broken', () => {
    const text = (length: number) =>
      `ablation A of N {\n  variant a { b = ${name(length)} }\n  variant longer_name { }\n}\n`
    const aligned = text(90).replace('variant a ', 'variant a           ')
    expect(columns(aligned)).toBe(120)
    expect(formatted(text(90))).toBe(aligned)
    expect(formatted(text(91))).toBe(
      `ablation A of N {\n  variant a {\n    b = ${name(91)}\n  }\n  variant longer_name { }\n}\n`,
    )
  })

  it('what nothing can break stays', () => {
    const text = `define d {\n  let a = ${name(130)} + ${name(130)}\n}\n`
    expect(formatted(text)).toBe(text)
  })

  it('characters beyond 16 bits are one column wide', () => {
    const text = 'define d {\n  f("😀") // a\n  f("ab") // b\n}\n'
    expect(formatted(text)).toBe('define d {\n  f("😀")  // a\n  f("ab") // b\n}\n')
  })
})

it('a file with syntax errors is given back as it is, with the errors', () => {
  const text = 'define  d {\n  conv(\n}\n  relu )\n'
  const { value, diagnostics } = format('a.wmnet', text)
  expect(value).toBe(text)
  expect(diagnostics).toEqual(parse('a.wmnet', text).diagnostics)
  expect(diagnostics.length).toBeGreaterThan(1)
})

it('takes time in proportion to the length of a file', () => {
  const body = '  block   conv(32,k=3)x3 as s // note\n  if a{b;c}else{d}\n'
  /** Processor time, the least of three: other work on the machine only adds. */
  const timeOf = (count: number) => {
    const text = `define d {\n${body.repeat(count)}}\n`
    const times = [1, 2, 3].map(() => {
      const start = process.cpuUsage()
      formatted(text)
      const { user, system } = process.cpuUsage(start)
      return user + system
    })
    return Math.min(...times)
  }
  timeOf(200)
  // Eight times the length; were it quadratic, it would take 64 times the time.
  expect(timeOf(3200) / timeOf(400)).toBeLessThan(32)
}, 60_000)
