import { reasonOf } from './engine.ts'

export type Loaded =
  | { readonly kind: 'loaded'; readonly version: string; readonly module: Readonly<Record<string, unknown>> }
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly version: string; readonly problem: string }

/** Addresses of modules as whose imports packages are looked up. */
type Bases = readonly string[]

/**
 * Imports an optional peer package in Node: from beside wmnet or, when wmnet is installed globally or run by npx, from
 * the user's project.
 */
export async function loadOptionalPackage(name: string, bases?: Bases): Promise<Loaded> {
  const { createRequire } = await import('node:module')
  const { pathToFileURL } = await import('node:url')
  for (const base of bases ?? [import.meta.url, await projectBase()]) {
    const require = createRequire(base)
    const entry = resolveFrom(require, name)
    if (entry === null) continue
    let version = '(version unknown)'
    try {
      version = (require(`${name}/package.json`) as { version: string }).version
      return { kind: 'loaded', version, module: await importModule(pathToFileURL(entry).href) }
    } catch (thrown) {
      return { kind: 'broken', version, problem: reasonOf(thrown) }
    }
  }
  return { kind: 'missing' }
}

/** As if imported by the project in the current folder. */
export async function projectBase(): Promise<string> {
  const { join } = await import('node:path')
  const { pathToFileURL } = await import('node:url')
  return pathToFileURL(join(process.cwd(), 'package.json')).href
}

function resolveFrom(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name)
  } catch {
    return null
  }
}

/** A CommonJS package seen from ESM keeps what static analysis misses under `default`. */
async function importModule(href: string): Promise<Readonly<Record<string, unknown>>> {
  const module = (await import(href)) as Record<string, unknown>
  return { ...(module.default as Record<string, unknown> | undefined), ...module }
}
