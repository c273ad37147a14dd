import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the installed package: the nearest one upwards whose package.json is wmnet's. Found by walking,
 * since the same code runs from src/ and, bundled, from different depths of dist/.
 */
export function findPackageRoot(from: string = import.meta.url): string {
  const start = dirname(fileURLToPath(from))
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return folder
    if (dirname(folder) === folder) throw new Error(`no folder above ${start} has wmnet's package.json`)
  }
}

function isPackageRoot(folder: string): boolean {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return false
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'wmnet'
}
