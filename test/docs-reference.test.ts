import { expect, it } from 'vitest'
import { generateReference } from '../docs/generate-reference.ts'

it('docs/reference.md is what the registries say', async () => {
  await expect(generateReference()).toMatchFileSnapshot('../docs/reference.md')
})
