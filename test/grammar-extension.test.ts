import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Name, NumberToken, Percent, Shape } from '../src/syntax/tokens.ts'
import { loadGrammar, tokenize } from './golden/textmate/tokenize.ts'

const folder = join(import.meta.dirname, '../editors/vscode')
const grammar = await loadGrammar('source.wmnet')
const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'))

describe('the extension for Visual Studio Code', () => {
  it('brings what its manifest names', () => {
    const { contributes, version } = read('package.json') as Manifest
    const project = read('../../package.json') as { version: string }
    expect(version).toBe(project.version)
    expect(contributes.languages.flatMap(({ id, extensions }) => [id, ...extensions])).toEqual([
      ...['wmnet', '.wmnet'],
      ...['wmspec', '.wmspec'],
    ])
    for (const { configuration } of contributes.languages) expect(existsSync(join(folder, configuration))).toBe(true)
    expect(contributes.grammars.map(({ language }) => language)).toEqual(['wmnet', 'wmspec'])
    for (const { scopeName, path } of contributes.grammars) expect(read(path)).toMatchObject({ scopeName })
  })

  const configuration = read('language-configuration.json') as Configuration
  const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules

  it.each([
    ['network Tiny {', true],
    ['network Tiny(', true],
    ['residual(project=auto) { // with a comment', true],
    ['} else {', true],
    ['widths: [int] = [', true],
    ['branch { conv(8) } branch {', true],
    ['residual { conv(8) } x2', false],
    ['require k > 0, "no { here"', false],
    ['// no { here', false],
    ['dense(10)', false],
  ])('indents after %s: %s', (line, indents) => {
    expect(new RegExp(increaseIndentPattern).test(line)).toBe(indents)
  })

  it('takes a closing bracket back', () => {
    const lines = ['  }', ') {', '] x2', 'conv(8)', '{']
    expect(lines.filter((line) => new RegExp(decreaseIndentPattern).test(line))).toEqual(['  }', ') {', '] x2'])
  })

  it('selects the words of the lexer by a double click', () => {
    const word = new RegExp(`^(?:${configuration.wordPattern})$`)
    const whole = [Name, Shape, Percent, NumberToken].map(({ PATTERN }) => PATTERN as RegExp)
    fc.assert(
      fc.property(
        fc.oneof(...whole.map((pattern) => fc.stringMatching(new RegExp(`^(?:${pattern.source})$`)))),
        (text) => word.test(text),
      ),
    )
    expect(['wm .smooth', '3 4', 'a+b', ''].filter((text) => word.test(text))).toEqual([])
  })
})

describe('the TextMate grammar', () => {
  const pieces = [
    'network A',
    'variant b',
    'replace',
    'all',
    'conv',
    'x3',
    'x',
    'step',
    'in',
    'if',
    'as',
    '28x28x1',
    '7%',
  ]
  const signs = [...'(){}[],;:=+-*/%."\'#', '..', '==', '/*', '*/', '//', ' ', '\n', '\\', '{k}', 'é']

  it('cuts any text into tokens, to its end and in reasonable time', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...signs), { maxLength: 60 }), (words) => {
        const text = words.join('')
        const covered = tokenize(grammar, text).map(({ start, end }) => text.slice(start, end))
        expect(covered.join('')).toBe(text.replace(/\n/g, ''))
      }),
      { numRuns: 500 },
    )
  })

  it.each(['(', '{', '/*', '/* */', '"', 'x(', 'a = ', 'if ', ' ', 'a[', '\\'])(
    'is quick with a long line of %j',
    (piece) => {
      const start = performance.now()
      tokenize(grammar, `network A {\n  conv ${piece.repeat(2000)}\n}\nvariant`)
      expect(performance.now() - start).toBeLessThan(2000)
    },
  )
})

interface Manifest {
  readonly version: string
  readonly contributes: {
    readonly languages: readonly {
      readonly id: string
      readonly extensions: readonly string[]
      readonly configuration: string
    }[]
    readonly grammars: readonly { readonly language: string; readonly scopeName: string; readonly path: string }[]
  }
}

interface Configuration {
  readonly wordPattern: string
  readonly indentationRules: { readonly increaseIndentPattern: string; readonly decreaseIndentPattern: string }
}
