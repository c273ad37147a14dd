import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from '../src/syntax/parse.ts'
import { printAst } from './golden/ast/print-ast.ts'

const folder = join(import.meta.dirname, 'golden/ast')

it.each(readdirSync(folder).filter((name) => /\.(wmnet|wmspec)$/.test(name)))('the tree of %s', async (name) => {
  const { value, diagnostics } = parse(name, readFileSync(join(folder, name), 'utf8'))
  expect(diagnostics).toEqual([])
  await expect(printAst(value.declarations)).toMatchFileSnapshot(join(folder, `${name}.ast`))
})
