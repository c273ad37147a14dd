import { describe, expect, it } from 'vitest'
import { type DiagnosticDetails, error, type Span, warning } from '../src/diagnostics/diagnostic.ts'
import { orderDiagnostics } from '../src/diagnostics/order.ts'
import { diagnosticsToJson } from '../src/diagnostics/render-json.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'

/** The span of `part` in `text`. */
function spanOf(text: string, part: string, file = 'a.wmnet'): Span {
  const start = text.indexOf(part)
  if (start < 0) throw new Error(`'${part}' is not in the text`)
  return { file, start, end: start + part.length }
}

function render(
  text: string,
  message: string,
  details: DiagnosticDetails,
  others: Record<string, string> = {},
): string {
  const sources = new Map(Object.entries({ 'a.wmnet': text, ...others }))
  return `\n${renderDiagnostics([error('WM0111', message, details)], sources, { color: false })}`
}

describe('messages for people', () => {
  it('have the form that the language promises', () => {
    const text = `${'\n'.repeat(8)}  block conv(32, k=9) x4\n`
    const details = { span: spanOf(text, 'conv(32, k=9)'), hints: ['padding="same" keeps 28x28, or use x3'] }
    const diagnostic = error('WM0302', 'repetition 4 gets 4x4x32, smaller than its 9x9 kernel', details)
    expect(`\n${renderDiagnostics([diagnostic], new Map([['a.wmnet', text]]), { color: false })}`).toBe(`
error[WM0302]: kernel does not fit
  --> a.wmnet:9:9
   |
 9 |   block conv(32, k=9) x4
   |         ^^^^^^^^^^^^^ repetition 4 gets 4x4x32, smaller than its 9x9 kernel
   |
   = hint: padding="same" keeps 28x28, or use x3
`)
  })

  it('show second places in the same line, in other lines and in other files', () => {
    const text = 'one two\nthree\nfour\nfive\nsix\nseven\n'
    const labels = [
      { span: spanOf(text, 'two'), message: 'beside it' },
      { span: spanOf(text, 'four'), message: 'two lines on' },
      { span: spanOf(text, 'seven'), message: 'far' },
      { span: spanOf('\n\nthere', 'there', 'b.wmnet'), message: 'elsewhere' },
      { span: { file: 'c.wmnet', start: 3, end: 5 }, message: 'in a file whose text is not at hand' },
    ]
    expect(render(text, 'here', { span: spanOf(text, 'one'), labels }, { 'b.wmnet': '\n\nthere' })).toBe(`
error[WM0111]: something else is wanted here
  --> a.wmnet:1:1
   |
 1 | one two
   | ^^^ here
   |     --- beside it
 2 | three
 3 | four
   | ---- two lines on
...
 6 | seven
   | ----- far
  ::: b.wmnet:3:1
   |
 3 | there
   | ----- elsewhere
  ::: c.wmnet
   in a file whose text is not at hand
`)
  })

  it('mark the first and the last line of a span over several', () => {
    const text = '\nx residual {\n  conv(3)\n  relu\n  tanh\n} x3\n'
    expect(render(text, 'all this', { span: spanOf(text, text.slice(3, -4)) })).toBe(`
error[WM0111]: something else is wanted here
  --> a.wmnet:2:3
   |
 2 | x residual {
   |   ^^^^^^^^^^
...
 6 | } x3
   | ^ all this
`)
    const lines = 'a\nb\n'
    expect(render(lines, 'to the start of a line', { span: { file: 'a.wmnet', start: 0, end: 2 } })).toBe(`
error[WM0111]: something else is wanted here
  --> a.wmnet:1:1
   |
 1 | a
   | ^ to the start of a line
`)
  })

  it('align carets below tabs, wide and combining characters, and count columns in code points', () => {
    const text = '\tab\tcd 数字😀e\u0301 x'
    expect(
      render(text, 'here', { span: spanOf(text, 'x'), labels: [{ span: spanOf(text, '字😀'), message: 'wide' }] }),
    ).toBe(`
error[WM0111]: something else is wanted here
  --> a.wmnet:1:14
   |
 1 |     ab  cd 数字😀e\u0301 x
   |              ---- wide
   |                    ^ here
`)
  })

  it('point at the end of the file, and at places without extent', () => {
    const end = { file: 'a.wmnet', start: 4, end: 4 }
    expect(render('abc\n', 'here', { span: end })).toBe(`
error[WM0111]: something else is wanted here
  --> a.wmnet:2:1
   |
 2 |
   | ^ here
`)
    expect(render('', 'here', { span: { file: 'a.wmnet', start: 0, end: 0 } })).toContain('a.wmnet:1:1\n')
    expect(render('abc', 'here', { span: { file: 'a.wmnet', start: 1, end: 1 } })).toContain(' 1 | abc\n   |  ^ here\n')
  })

  it('take CRLF, CR and a byte-order mark for what they are', () => {
    const text = '\uFEFFab\r\ncd\ref'
    expect(render(text, 'b', { span: spanOf(text, 'b') })).toContain('a.wmnet:1:2\n   |\n 1 | ab\n   |  ^ b\n')
    expect(render(text, 'd', { span: spanOf(text, 'd') })).toContain('a.wmnet:2:2\n   |\n 2 | cd\n   |  ^ d\n')
    expect(render(text, 'f', { span: spanOf(text, 'f') })).toContain('a.wmnet:3:2\n   |\n 3 | ef\n   |  ^ f\n')
  })

  it('cut long lines around each mark', () => {
    const text = `${'a'.repeat(500)}HERE${'b'.repeat(500)}THERE`
    const labels = [{ span: spanOf(text, 'THERE'), message: 'second' }]
    const lines = render(text, 'first', { span: spanOf(text, 'HERE'), labels }).split('\n')
    expect(lines.slice(4, 8)).toEqual([
      ` 1 | …${'a'.repeat(30)}HERE${'b'.repeat(76)}…`,
      `   |  ${' '.repeat(30)}^^^^ first`,
      ` 1 | …${'b'.repeat(30)}THERE`,
      `   |  ${' '.repeat(30)}----- second`,
    ])
  })

  it('do without a place', () => {
    expect(render('', 'no backend starts', { hints: ['use --backend cpu'] })).toBe(`
error[WM0111]: something else is wanted here
   no backend starts
   = hint: use --backend cpu
`)
  })

  it('let no control character of the source or of a name through', () => {
    const text = 'a\u001b[31mb\u202ec\u0000'
    const shown = render(text, 'found \u001b]0;x\u0007', { span: spanOf(text, 'b'), hints: ['one\n  two'] })
    expect(shown).toContain(' 1 | a␛[31mb\uFFFDc␀\n   |       ^ found ␛]0;x␇\n')
    expect(shown).toContain('= hint: one two\n')
  })

  it('are coloured when asked, and read the same without the colours', () => {
    const text = 'a b'
    const diagnostic = warning('WM0111', 'm', {
      span: spanOf(text, 'b'),
      labels: [{ span: spanOf(text, 'a'), message: 'l' }],
    })
    const sources = new Map([['a.wmnet', text]])
    const colored = renderDiagnostics([diagnostic], sources, { color: true })
    expect(colored).toContain('\u001b[1;33m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are what is taken out
    const plain = colored.replaceAll(/\u001b\[[\d;]+m/g, '')
    expect(plain).toBe(renderDiagnostics([diagnostic], sources, { color: false }))
    expect(plain).toContain('warning[WM0111]')
  })

  it('stand apart by a blank line', () => {
    const both = renderDiagnostics([error('WM0111', 'a'), error('WM0112', 'b')], new Map(), { color: false })
    expect(both.split('\n\n')).toHaveLength(2)
  })
})

it('messages for machines hold every place with line, column and offset', () => {
  const text = '😀\n  conv'
  const labels = [{ span: { file: 'none', start: 0, end: 1 }, message: 'where?' }]
  const diagnostic = error('WM0111', 'm', { span: spanOf(text, 'conv'), labels, hints: ['h'] })
  expect(diagnosticsToJson([diagnostic, error('WM0001', 'n')], new Map([['a.wmnet', text]]))).toEqual([
    {
      code: 'WM0111',
      severity: 'error',
      title: 'something else is wanted here',
      message: 'm',
      file: 'a.wmnet',
      start: { line: 2, column: 3, offset: 5 },
      end: { line: 2, column: 7, offset: 9 },
      labels: [{ message: 'where?', file: 'none', start: null, end: null }],
      hints: ['h'],
    },
    {
      ...{ code: 'WM0001', severity: 'error', title: 'file cannot be read', message: 'n' },
      ...{ file: null, start: null, end: null, labels: [], hints: [] },
    },
  ])
})

it('diagnostics are shown by file and place, and the same one once', () => {
  const at = (file: string, start: number) => error('WM0111', `${file}${start}`, { span: { file, start, end: start } })
  const placeless = error('WM0001', 'none')
  const ordered = orderDiagnostics([at('main', 5), at('lib', 1), at('main', 2), placeless, at('lib', 0), at('main', 5)])
  expect(ordered.map(({ message }) => message)).toEqual(['none', 'main2', 'main5', 'lib0', 'lib1'])
})
