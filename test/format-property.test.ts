import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { format } from '../src/format/format.ts'
import { parse } from '../src/syntax/parse.ts'
import { cutIntoParts, type GapKind, type Part } from './format-parts.ts'
import { printAst } from './golden/ast/print-ast.ts'
import { runs } from './property/runs.ts'

const golden = join(import.meta.dirname, 'golden')
const programs = readdirSync(golden, { recursive: true })
  .map(String)
  .filter((path) => /\.(wmnet|wmspec)$/.test(path))
  .map((path) => readFileSync(join(golden, path), 'utf8'))
  // Deep or long ones say nothing more, and take the time of a hundred others.
  .filter((text) => text.length < 4000 && parse('a', text).diagnostics.length === 0)
  .map(cutIntoParts)

const blockComments = ['/**/', '/* a */', '/* ; , } { */', '/* " // */', '/*** x **/', '/* 😀\u00A0 */']
const longComments = ['/* a\n   b */', '/*\r\n * a  \r\n\t * b\n*/', '/*\n*/', '/* a\n\n\n  // b\t\n */']
const lineComments = ['// a', '//', '//  b  \t', '// } " /*', '// */ ;,', '//// 😀']

const spaces = ['', ' ', '  ', '\t', ' \t ']
const lineEnds = ['\n', '\r\n', '\r', '\n\n', '\n \t\n\n  \n', '  \n   ']
const inLine = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...spaces) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...blockComments), { minLength: 1, maxLength: 2 }).map(spread) },
)
const overLines = fc.oneof(
  { weight: 3, arbitrary: inLine },
  { weight: 3, arbitrary: fc.constantFrom(...lineEnds) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.tuple(fc.constantFrom(...lineComments, ...longComments, ...blockComments), fc.constantFrom(...lineEnds)),
      )
      .map((pairs) => spread(pairs.map(([comment, end]) => comment + end))),
  },
  { weight: 1, arbitrary: fc.constantFrom(...longComments).map((comment) => ` ${comment} `) },
)
const aroundSeparators = fc
  .tuple(overLines, fc.constantFrom('', ';', '; ;', ';;'), overLines)
  .map((parts) => parts.join(' '))
const separators = fc
  .tuple(overLines, fc.constantFrom(';', '\n', '\r\n', ';\n', '\n;', '\n\n', ';;'), overLines)
  .map((parts) => parts.join(' '))
const gaps: Readonly<Record<GapKind, fc.Arbitrary<string>>> = {
  line: inLine,
  lines: overLines,
  edge: aroundSeparators,
  separator: separators,
}

function spread(comments: readonly string[]): string {
  return ` ${comments.join(' ')} `
}

const program = fc.constantFrom(...programs)

/** A program in a layout of its own: some gaps as they were, others anything that the grammar allows there. */
const relaid = fc.tuple(program, fc.double({ min: 0, max: 1, noNaN: true })).chain(([parts, share]) => {
  const gapOf = ({ gap, before }: Part) =>
    fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), gaps[gap])
      .map(([dice, other]) => (dice < share ? other : before))
  return fc.tuple(...parts.map(gapOf)).map((chosen) => join_(parts, chosen))
})

/** Words beside each other keep a blank if they had one, and a comment never touches a word. */
function join_(parts: readonly Part[], chosen: readonly string[]): string {
  return parts.map(({ before, word }, index) => (chosen[index] || (before === '' ? '' : ' ')) + word).join('')
}

/** Comments without what formatting may change in them: line ends, blanks at line ends, the indentation of stars. */
interface Placed {
  readonly comment: string
  /** All code before it, without blanks and separators. */
  readonly after: number
  /** For `//`: whether code precedes it in its line. */
  readonly isTrailing: boolean | undefined
}

/** Strings, comments and single characters. */
function cut(text: string): readonly string[] {
  return text.match(/"(?:\\[^\n\r]|[^"\\\n\r])*"|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/|\r\n|[\s\S]/g) ?? []
}

function commentsOf(text: string): Placed[] {
  const placed: Placed[] = []
  let after = 0
  let line = ''
  for (const part of cut(text)) {
    if (part.startsWith('//') || part.startsWith('/*')) {
      const comment = part.replaceAll(/[ \t]*(\r\n|\r|\n)/g, '\n').replaceAll(/\n\s*\*/g, '\n*')
      const isTrailing = part.startsWith('//') ? line !== '' : undefined
      placed.push({ comment: comment.replace(/[ \t]+$/, ''), after, isTrailing })
    } else if (/^[\n\r]/.test(part)) line = ''
    else if (!/^[\s;,\uFEFF]$/.test(part)) {
      after += part.length
      line += part
    }
  }
  return placed
}

function checkLaws(text: string): void {
  const source = parse('a', text)
  expect(source.diagnostics).toEqual([])
  const { value, diagnostics } = format('a', text)
  expect(diagnostics).toEqual([])
  expect(printAst(parse('a', value).value.declarations)).toBe(printAst(source.value.declarations))
  expect(commentsOf(value)).toEqual(commentsOf(text))
  expect(format('a', value).value).toBe(value)
  expect(value).not.toContain('\r')
  const layout = cut(value).map((part) => (part.length > 1 ? '/' : part))
  expect(layout.join('')).not.toMatch(/[ \t]\n|\n\n\n|^\n|\n\n$|\{\n\n|\n\n *\}/)
  if (value !== '') expect(value.endsWith('\n')).toBe(true)
}

describe('for any layout of any program', () => {
  it('formatting keeps the tree and every comment in its place, and has nothing left to do', () => {
    fc.assert(fc.property(relaid, checkLaws), runs(1000))
  })

  it('the same with long names, which need many a line end', () => {
    const stretched = fc
      .tuple(relaid, fc.integer({ min: 1, max: 60 }))
      .map(([text, length]) => stretchNames(text, length))
    fc.assert(fc.property(stretched, checkLaws), runs(300))
  })

  it('blanks count for nothing', () => {
    const blank = fc.constantFrom(' ', '  ', '\t')
    const spaced = program.chain((parts) =>
      fc.tuple(...parts.map(() => blank)).map((blanks) => {
        const isBlank = ({ before, gap }: Part) => gap !== 'separator' && /^[ \t]*$/.test(before)
        const text = (at: (index: number) => string) =>
          parts.map((part, index) => (isBlank(part) ? at(index) : part.before) + part.word).join('')
        return [text((index) => parts[index].before), text((index) => blanks[index])]
      }),
    )
    fc.assert(
      fc.property(spaced, ([text, other]) => {
        expect(format('a', other)).toEqual(format('a', text))
      }),
      runs(200),
    )
  })
})

/** Makes every name that is no word of the language longer. */
function stretchNames(text: string, length: number): string {
  const longer = (word: string) => `${word}${'_'.repeat(length)}`
  return cutIntoParts(text)
    .map(({ before, word, isName }) => before + (isName ? longer(word) : word))
    .join('')
}

it('what does not parse is given back as it is', () => {
  const cut = fc.tuple(program, fc.nat()).map(([parts, at]) => {
    const text = parts.map(({ before, word }) => before + word).join('')
    return text.slice(0, at % (text.length + 1))
  })
  fc.assert(
    fc.property(cut, (text) => {
      const { diagnostics } = parse('a', text)
      const result = format('a', text)
      expect(result.diagnostics).toEqual(diagnostics)
      if (diagnostics.length > 0) expect(result.value).toBe(text)
    }),
    runs(200),
  )
})
