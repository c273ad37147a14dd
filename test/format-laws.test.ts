import { join } from 'node:path'
import { expect, it } from 'vitest'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import { findBrokenLaw } from '../src/format/laws.ts'
import type { SourceFile } from '../src/syntax/ast.ts'
import { parse } from '../src/syntax/parse.ts'

const text = `define d {
  // a note
  conv(8, k=3) // stem
  relu; gelu
}
`
/** Results that no formatter may give back for the text above. */
const damaged: readonly { readonly name: string; readonly result: string; readonly again?: string }[] = [
  { name: 'lost-comment', result: text.replace(' // stem', '') },
  { name: 'changed-comment', result: text.replace('stem', 'Stem') },
  { name: 'moved-comment', result: text.replace('  // a note\n', '').replace('relu', '\n  // a note\n  relu') },
  { name: 'comment-in-another-line', result: text.replace(' // stem', '\n  // stem') },
  { name: 'lost-word', result: text.replace('relu; gelu', 'relu') },
  { name: 'added-word', result: `${text}use "a"\n` },
  { name: 'lost-separator', result: text.replace('relu; gelu', 'relu gelu') },
  { name: 'lost-comma', result: text.replace('8, k', '8 k') },
  { name: 'another-meaning', result: 'define d {\n  densely { a }\n  x3\n}\n' },
  { name: 'not-settled', result: text.replace('; ', '\n  '), again: text },
]

function refuse(source: string, result: string, again: string): string {
  const before = parse('a.wmnet', source).value
  const { value: after, diagnostics: problems } = parse('a.wmnet', result)
  const diagnostic = findBrokenLaw({ before, after, problems, print: () => again })
  return diagnostic === undefined
    ? 'nothing is broken'
    : renderDiagnostics([diagnostic], new Map([['a.wmnet', source]]), { color: false })
}

it.each(damaged)('refuses a result: $name', async ({ name, result, again = result }) => {
  const source = name === 'another-meaning' ? result.replace(' }\n  x3', ' } x3') : text
  const message = refuse(source, result, again)
  expect(message).toContain('error[WM0116]')
  await expect(`${result}${'─'.repeat(100)}\n${message}`).toMatchFileSnapshot(
    join(import.meta.dirname, `golden/format/WM0116-${name}.txt`),
  )
})

it('accepts what differs in layout alone', () => {
  const result = 'define d {\n\n  // a note\n  conv(\n    8,\n    k=3,\n  ) // stem\n  relu\n  gelu\n}\n'
  expect(refuse(text, result, result)).toBe('nothing is broken')
})

it('a file is told by its own path', () => {
  const files: SourceFile[] = ['b.wmnet', 'b.wmnet'].map(
    (path, index) => parse(path, index ? 'use "x"' : 'use "y"').value,
  )
  const broken = findBrokenLaw({ before: files[0], after: files[1], problems: [], print: ({ text }) => text })
  expect(broken?.span).toEqual({ file: 'b.wmnet', start: 4, end: 7 })
})
