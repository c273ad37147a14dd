import { expect, it } from 'vitest'
import { generateEbnf } from '../grammar/generate-ebnf.ts'
import { DeclarationParser } from '../src/syntax/declaration-parser.ts'

it('grammar/wmnet.ebnf is the grammar of the parser', async () => {
  await expect(generateEbnf()).toMatchFileSnapshot('../grammar/wmnet.ebnf')
})

it("the grammar passes chevrotain's own checks, which are skipped at run time", () => {
  expect(() => new DeclarationParser(false)).not.toThrow()
})
