import { describe, expect, it } from 'vitest'
import type { Expression } from '../src/syntax/ast.ts'
import { parse } from '../src/syntax/parse.ts'
import { printAst } from './golden/ast/print-ast.ts'

const codesOf = (text: string) => parse('a', text).diagnostics.map(({ code }) => code)
const messagesOf = (text: string) => parse('a', text).diagnostics.map(({ message }) => message)
const inBody = (statements: string) => `define d {\n${statements}\n}`

/** The tree of the statements of a body that has no errors. */
function treeOf(statements: string): string {
  const { value, diagnostics } = parse('a', inBody(statements))
  expect(diagnostics).toEqual([])
  return printAst(value.declarations)
}

function readValue(expression: string): Expression {
  const { value } = parse('a', inBody(`let v = ${expression}`))
  const [declaration] = value.declarations
  const statement = declaration?.kind === 'define' ? declaration.body[0] : undefined
  if (statement?.kind !== 'let') throw new Error(`no value in ${expression}`)
  return statement.value
}

describe('statements end', () => {
  it.each([
    ['at a newline, a semicolon, or both', 'relu;\n;tanh;', 'relu\ntanh'],
    ['not inside brackets', 'conv(\n8,\n\nk=3\n)', 'conv(8, k=3)'],
    ['not after a comma', 'require a,\n"b"', 'require a, "b"'],
    ['not before else or a brace', 'if a\n{ relu }\n\nelse\n\n{ tanh }', 'if a { relu } else { tanh }'],
    ['after a brace without more', 'for a in b { relu } tanh', 'for a in b { relu }\ntanh'],
    ['after a brace only when no suffix follows', 'residual { relu } x3 as a', 'residual {\nrelu\n} x3 as a'],
    ['at a comment over two lines', 'relu /* a\nb */ tanh', 'relu\ntanh'],
    ['not at a comment in one line', 'relu /* a */ x3', 'relu x3'],
  ])('%s', (_, one, other) => {
    expect(treeOf(one)).toBe(treeOf(other))
  })

  it('at a newline after a brace, where a repetition would be a layer of that name', () => {
    expect(treeOf('residual { relu }\nx3')).toContain('layer block=false layer=x3')
  })
})

describe('words', () => {
  it.each([
    ['3', 3, true],
    ['0.5', 0.5, false],
    ['1e-3', 0.001, false],
    ['90%', 0.9, false],
    ['1.1%', 0.011, false],
    ['5e1%', 0.5, false],
    ['0.07%', 0.0007, false],
  ])('the number %s', (text, value, integer) => {
    expect(readValue(text)).toMatchObject({ kind: 'number', value, integer })
  })

  it('takes a percent sign only from a number', () => {
    expect(readValue('n%2')).toMatchObject({ kind: 'binary', operator: '%' })
    expect(readValue('7 %2')).toMatchObject({ kind: 'binary', operator: '%' })
    expect(codesOf(inBody('let v = 7%2'))).toEqual(['WM0107'])
  })

  it('has keywords only where the grammar asks for them', () => {
    const names = [
      'network',
      'block',
      'input',
      'for',
      'of',
      'run',
      'under',
      'step',
      'default',
      'variant',
      'x',
      'x3',
      'branch',
    ]
    for (const name of names) expect(treeOf(`let ${name} = ${name} + conv(${name}=${name})`)).toContain(`name=${name} `)
    expect(treeOf('block step(run) x3 as under')).toContain('layer=step(run) repeat=(3) label=under')
  })

  it('resolves the escapes of strings', () => {
    expect(readValue(String.raw`"\"\\\n\t\u{1F600}"`)).toMatchObject({ value: '"\\\n\t😀' })
  })

  it('skips a byte-order mark, counting its place', () => {
    const { value, diagnostics } = parse('a', '\uFEFFdefine d { }')
    expect(diagnostics).toEqual([])
    expect(value.declarations[0]?.span).toEqual({ file: 'a', start: 1, end: 13 })
  })

  it.each([
    ['\0', 'found the character U+0000'],
    ['\u00A0', 'found the character U+00A0'],
    ['$', 'found `$` (U+0024)'],
    ['😀', 'found `😀` (U+1F600)'],
    ['\uD800', 'found the character U+D800'],
  ])('reports the stray character %j once', (character, message) => {
    expect(messagesOf(inBody(`relu ${character}${character}`))).toEqual([message])
  })
})

describe('spans', () => {
  it('cover what they name, without blanks around', () => {
    const text = 'network  N ( a : int = ( 1 + 2 ) * 3 ) { block  conv ( 8 ) x3  as  s }  '
    const found: string[] = []
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      if ('span' in node) {
        const { start, end } = node.span as { start: number; end: number }
        found.push(text.slice(start, end))
      }
      for (const [name, child] of Object.entries(node)) if (name !== 'span') visit(child)
    }
    visit(parse('a', text).value.declarations)
    expect(found.every((part) => part === part.trim() && part !== '')).toBe(true)
    expect(found).toEqual([
      'network  N ( a : int = ( 1 + 2 ) * 3 ) { block  conv ( 8 ) x3  as  s }',
      'N',
      'a : int = ( 1 + 2 ) * 3',
      ...['a', 'int', 'int', '( 1 + 2 ) * 3', '1 + 2', '1', '2', '3'],
      'block  conv ( 8 ) x3  as  s',
      ...['conv ( 8 )', 'conv', '8', '8', 'x3', '3', 's'],
    ])
  })
})

describe('recovery', () => {
  it('reports each bad argument and statement, and nothing besides', () => {
    const text = inBody('conv(8 k=3, =4, [1 2])\nrelu tanh\nresidual { conv(,) ; gelu x }\nlet = 3\nselu')
    const { value, diagnostics } = parse('a', text)
    const places = diagnostics.map(({ span }) => text.slice(span?.start, (span?.start ?? 0) + 4))
    expect(places).toEqual(['k=3,', '=4, ', '2])\n', 'tanh', ',) ;', '}\nle', '= 3\n'])
    expect(printAst(value.declarations)).toContain('layer=selu')
  })

  it('goes on in the body when what stands before it is wrong', () => {
    expect(messagesOf('network {\n for c widths { conv( =3) }\n}')).toEqual([
      'found `{`, wanted a name',
      'found `widths`, wanted `in`',
      'found `=`, wanted a value',
    ])
  })

  it('closes a bracket at the end of its line, and lets the next lines speak for themselves', () => {
    expect(messagesOf(inBody('conv(8, k=3\nrelu tanh'))).toEqual([
      'found the end of the line, wanted `)`',
      'found `tanh`, wanted a newline, `;` or `}`',
    ])
  })

  it('does not take the arguments of an open bracket for statements', () => {
    expect(messagesOf(inBody('conv(\n  8,\n  k=3\n'))).toEqual(['found the end of the line, wanted `)`'])
  })

  it('ends a body before the next declaration', () => {
    const { value, diagnostics } = parse('a', 'network A {\n residual {\n relu\n\nnetwork B { }\n')
    expect(diagnostics.map(({ message }) => message)).toEqual(['found `network`, wanted `}`'])
    expect(value.declarations.map(({ kind }) => kind)).toEqual(['network', 'network'])
  })

  it('blames a surplus bracket when its line closes the other one', () => {
    expect(messagesOf(inBody('conv(8], k=3)'))).toEqual(['found `]`, but no `[` is open here'])
    expect(messagesOf(inBody('conv(8]'))).toEqual(['found `]`, wanted `)`'])
  })

  it('shows the consequences of an earlier error in a statement neither in it nor behind it', () => {
    expect(codesOf(inBody('let a = $ + 3\nlet b = 3x + + 2\nconv("a, 3)\nrelu'))).toEqual([
      'WM0101',
      'WM0105',
      'WM0103',
    ])
    expect(codesOf(inBody('relu /* tanh'))).toEqual(['WM0102'])
  })

  it.each([
    ['', 0],
    ['\n;;\n', 0],
    ['// only a comment', 0],
    ['network', 1],
    ['}', 1],
    ['(', 1],
  ])('of %j gives %i errors', (text, count) => {
    expect(codesOf(text)).toHaveLength(count)
  })
})
