import { describe, expect, it } from 'vitest'
import { readGrammar } from '../grammar/gast.ts'
import { generateRailroad } from '../grammar/generate-railroad.ts'
import { railroadExamples } from '../grammar/railroad-examples.ts'
import { balance } from '../src/syntax/brackets.ts'
import { DeclarationParser } from '../src/syntax/declaration-parser.ts'
import { layOut } from '../src/syntax/layout.ts'
import { lex } from '../src/syntax/lex.ts'

const ruleNames = readGrammar().map(({ name }) => name)

it('grammar/railroad.html is the grammar of the parser', async () => {
  await expect(generateRailroad()).toMatchFileSnapshot('../grammar/railroad.html')
})

describe('the examples of the page', () => {
  it('are of rules that there are', () => {
    expect(Object.keys(railroadExamples).filter((name) => !ruleNames.includes(name))).toEqual([])
  })

  it('are there for every rule but the whole file', () => {
    expect(ruleNames.filter((name) => !(name in railroadExamples))).toEqual(['sourceFile'])
  })

  it.each(Object.entries(railroadExamples))('%s ::= %s', (name, example) => {
    expect(problemsOf(name, example)).toEqual([])
  })

  it('are refused by other rules', () => {
    expect(problemsOf('network', railroadExamples.define ?? '')).not.toEqual([])
    expect(problemsOf('times', 'x3 as stem')).not.toEqual([])
  })
})

/** What the parser says of a text read by one rule, from first word to last. */
function problemsOf(name: string, text: string): readonly string[] {
  const words = lex('example', text)
  const parser = new DeclarationParser(true)
  parser.start('example', text, layOut(balance('example', text.length, words.value).tokens))
  const rule: unknown = Reflect.get(parser, name)
  if (typeof rule !== 'function') return [`there is no rule ${name}`]
  rule.call(parser)
  return [
    ...words.diagnostics.map(({ message }) => message),
    ...parser.problems.map(({ diagnostic }) => diagnostic.message),
    ...parser.errors.map(({ message }) => message),
  ]
}
