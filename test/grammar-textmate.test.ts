import { expect, it } from 'vitest'
import { generateSpecTextmate, generateTextmate } from '../grammar/generate-textmate.ts'

it('the extension has the grammar of the lexer and the registries', async () => {
  await expect(generateTextmate()).toMatchFileSnapshot('../editors/vscode/syntaxes/wmnet.tmLanguage.json')
  await expect(generateSpecTextmate()).toMatchFileSnapshot('../editors/vscode/syntaxes/wmspec.tmLanguage.json')
})
