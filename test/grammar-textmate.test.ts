import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateSpecTextmate, generateTextmate } from '../grammar/generate-textmate.ts'
import { allTokens } from '../src/syntax/tokens.ts'
import { findDisagreements } from './golden/textmate/expected-scope.ts'
import { parseWords } from './golden/textmate/parsed-words.ts'
import { dumpScopes, loadGrammar, tokenize } from './golden/textmate/tokenize.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const programs = ['test/golden', 'examples', 'specs']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, String(path))))
  .filter((path) => /\.(wmnet|wmspec)$/.test(path))
  .sort()
const grammars = { wmnet: await loadGrammar('source.wmnet'), wmspec: await loadGrammar('source.wmspec') }
const grammarOf = (path: string) => (path.endsWith('.wmspec') ? grammars.wmspec : grammars.wmnet)

it('the extension has the grammar of the lexer and the registries', async () => {
  await expect(generateTextmate()).toMatchFileSnapshot('../editors/vscode/syntaxes/wmnet.tmLanguage.json')
  await expect(generateSpecTextmate()).toMatchFileSnapshot('../editors/vscode/syntaxes/wmspec.tmLanguage.json')
})

describe('scopes', () => {
  it.each([
    'examples/paper/small.wmnet',
    'specs/mnist.wmspec',
    'specs/quick.wmspec',
    'test/golden/textmate/everything.wmnet',
    'test/golden/textmate/everything.wmspec',
  ])('of %s', async (path) => {
    const name = path.split('/').at(-1)
    await expect(dumpScopes(grammarOf(path), read(path))).toMatchFileSnapshot(`golden/textmate/${name}.scopes`)
  })

  it.each(programs)('agree with the parser in %s', (path) => {
    const text = read(path)
    const words = parseWords(text)
    if (words !== undefined) expect(findDisagreements(text, words, tokenize(grammarOf(path), text))).toEqual([])
  })

  it('are tried on every keyword as a keyword, and on every contextual one as a name', () => {
    const words = programs.flatMap((path) => parseWords(read(path)) ?? [])
    const keywords = allTokens.filter(({ PATTERN }) => typeof PATTERN === 'string' && /^[a-z]+$/.test(PATTERN))
    const asKeyword = new Set(words.flatMap(({ token, role }) => (role.name === 'Name' ? [] : [token.tokenType])))
    const asName = new Set(words.flatMap(({ token, role }) => (role.name === 'Name' ? [token.tokenType] : [])))
    expect(keywords.filter((token) => !asKeyword.has(token)).map(({ name }) => name)).toEqual([])
    const contextual = keywords.filter(({ CATEGORIES }) => CATEGORIES?.some(({ name }) => name === 'Name'))
    expect(contextual.filter((token) => !asName.has(token)).map(({ name }) => name)).toEqual([])
  })
})
