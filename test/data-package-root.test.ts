import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { findPackageRoot } from '../src/data/package-root.ts'
import { makeFolder } from './data-fixtures.ts'

test('is this repository, seen from the sources', () => {
  expect(join(findPackageRoot(), 'src')).toBe(fileURLToPath(new URL('../src', import.meta.url)))
})

test('is found from any depth, past packages of other names', async () => {
  const root = await makeFolder({ 'package.json': Buffer.from('{"name": "wmnet"}') })
  await mkdir(join(root, 'dist', 'chunks', 'deep'), { recursive: true })
  await writeFile(join(root, 'dist', 'package.json'), '{"name": "other"}')
  expect(findPackageRoot(pathToFileURL(join(root, 'dist', 'chunks', 'deep', 'x.js')).href)).toBe(root)
})

test('is not invented where there is none', async () => {
  const folder = await makeFolder()
  expect(() => findPackageRoot(pathToFileURL(join(folder, 'x.js')).href)).toThrow("has wmnet's package.json")
})
