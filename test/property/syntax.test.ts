import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts'
import { parse } from '../../src/syntax/parse.ts'
import { printAst } from '../golden/ast/print-ast.ts'
import { runs } from './runs.ts'
import { soup, words } from './words.ts'

const folder = join(import.meta.dirname, '../golden/ast')
const programs = readdirSync(folder)
  .filter((name) => /\.(wmnet|wmspec)$/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'))

/** A valid program with a few stretches taken out, doubled or replaced by words. */
const mutated = fc
  .tuple(
    fc.constantFrom(...programs),
    fc.array(fc.tuple(fc.nat(2000), fc.nat(12), fc.constantFrom('', ...words)), { minLength: 1, maxLength: 4 }),
  )
  .map(([program, edits]) =>
    edits.reduce((text, [at, length, word]) => {
      const start = at % (text.length + 1)
      return text.slice(0, start) + word + text.slice(start + length)
    }, program),
  )

/** Every object with a file, a start and an end, anywhere in a tree. */
function spansIn(node: unknown): Span[] {
  if (typeof node !== 'object' || node === null) return []
  if ('file' in node && 'start' in node) return [node as Span]
  return Object.values(node).flatMap(spansIn)
}

function checkParse(text: string): void {
  const { value, diagnostics } = parse('a.wmnet', text)
  const spans = [...spansIn(value.declarations), ...spansIn(diagnostics)]
  const isWithin = ({ file, start, end }: Span) =>
    file === 'a.wmnet' && 0 <= start && start <= end && end <= text.length
  expect(spans.filter((span) => !isWithin(span))).toEqual([])
  expect(diagnostics.every(({ code, span }) => code.startsWith('WM01') && span !== undefined)).toBe(true)
  const rendered = renderDiagnostics(diagnostics, new Map([['a.wmnet', text]]), { color: false })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none comes through is what is tested
  expect(rendered).not.toMatch(/[\0-\x09\x0b-\x1f\x7f]/)
  // Damage can make these words of the program's own, as `run` and `under` do around `define`.
  if (!/undefined|NaN/.test(text)) expect(rendered).not.toMatch(/undefined|NaN/)
}

describe('parse, for any text, returns spans within it and messages that can be shown', () => {
  it('arbitrary characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), checkParse), runs(300))
  })
  it('words in any order', () => {
    fc.assert(fc.property(soup, checkParse), runs(300))
  })
  it('damaged programs', () => {
    fc.assert(fc.property(mutated, checkParse), runs(150))
  })
})

it('the same tree whatever the line ends, blanks and comments', () => {
  const gap = fc.constantFrom('\r\n', '\n\n', ' // note\n', '\n/* a\nb */ ', '\t\n  ')
  fc.assert(
    fc.property(fc.constantFrom(...programs), fc.array(gap, { minLength: 1, maxLength: 5 }), (program, gaps) => {
      let used = 0
      const spaced = program.replaceAll('\n', () => gaps[used++ % gaps.length])
      const { value, diagnostics } = parse('a', spaced)
      expect(diagnostics).toEqual([])
      expect(printAst(value.declarations)).toBe(printAst(parse('a', program).value.declarations))
    }),
    runs(40),
  )
})

it('nesting of any depth parses or is refused, by its own code alone', () => {
  const pairs = fc.constantFrom(
    ['(', ')'],
    ['[', ']'],
    ['f(a=', ')'],
    ['- ', ''],
    ['if a then b else ', ''],
    ['a + ', ''],
  )
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 3000 }), ([open, close], depth) => {
      const { diagnostics } = parse('a', `define d {\nlet a = ${open.repeat(depth)}1${close.repeat(depth)}\n}`)
      // The body's brace is a level, too.
      expect(diagnostics.map(({ code }) => code)).toEqual(depth < 100 ? [] : ['WM0110'])
    }),
    runs(60),
  )
})
