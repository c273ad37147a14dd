import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allTokens } from '../src/syntax/tokens.ts'
import { findDisagreements } from './golden/textmate/expected-scope.ts'
import { type ParsedWord, parseWords } from './golden/textmate/parsed-words.ts'
import { loadGrammar, tokenize } from './golden/textmate/tokenize.ts'
import { runs } from './property/runs.ts'

const folder = join(import.meta.dirname, 'golden/textmate')
const programs = readdirSync(folder)
  .filter((name) => /\.(wmnet|wmspec)$/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
const contextual = allTokens.flatMap(({ PATTERN, CATEGORIES }) =>
  typeof PATTERN === 'string' && CATEGORIES?.some(({ name }) => name === 'Name') ? [PATTERN] : [],
)
const grammar = await loadGrammar('source.wmnet')

interface Change {
  readonly at: number
  readonly before: string
  readonly name: string | null
}

/** A change at a word: what stands before it, and, where it is a name, another name. */
const change = fc.record({
  at: fc.noBias(fc.nat(9999)),
  before: fc.constantFrom('', '', ' ', '\n', ' /* x3 step } */ ', ' /* two\nlines */ ', ' // all with }\n', ';'),
  name: fc.option(fc.constantFrom(...contextual, 'x3', 'x12', 'conv', 'wm.smooth', 'input.step')),
})

it('scopes agree with the parser whatever the names, blanks, comments and newlines', () => {
  let kept = 0
  fc.assert(
    fc.property(fc.constantFrom(...programs), fc.array(change, { minLength: 4, maxLength: 12 }), (program, changes) => {
      let text = program
      for (const each of changes) {
        const changed = rewrite(text, parseWords(text) ?? [], each)
        if (parseWords(changed) === undefined) continue
        text = changed
        kept++
      }
      const problems = findDisagreements(text, parseWords(text) ?? [], tokenize(grammar, text))
      if (problems.length > 0) throw new Error(`${problems.join('\n')}\n\n${text}`)
    }),
    runs(300),
  )
  expect(kept).toBeGreaterThan(300)
})

/** The program with one of its words changed. */
function rewrite(text: string, words: readonly ParsedWord[], { at, before, name }: Change): string {
  const { token, role } = words[at % words.length]
  const word = role.name === 'Name' ? (name ?? token.image) : token.image
  return text.slice(0, token.startOffset) + before + word + text.slice(token.startOffset + token.image.length)
}
