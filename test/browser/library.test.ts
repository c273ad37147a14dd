import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readSnippets } from '../docs-snippets.ts'

const root = join(import.meta.dirname, '../..')
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const alias = { 'wmnet/tfjs': join(root, 'dist/backends/tfjs/index.js'), wmnet: join(root, 'dist/index.js') }
const common = { absWorkingDir: root, bundle: true, write: false, format: 'esm', platform: 'browser' } as const

/** What importing a file imports with it: everything but what waits behind an `import()`. */
async function importsOf(entry: string, contents?: string): Promise<ReadonlySet<string>> {
  const input =
    contents === undefined ? { entryPoints: [entry] } : { stdin: { contents, resolveDir: root, sourcefile: entry } }
  const { metafile } = await build({ ...common, ...input, external: ['node:*'], logLevel: 'silent', metafile: true })
  const found = new Set<string>()
  const pending = [entry]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (found.has(path)) continue
    found.add(path)
    const imports = metafile.inputs[path]?.imports ?? []
    pending.push(...imports.filter(({ kind }) => kind === 'import-statement').map((one) => one.path))
  }
  return found
}

/** A model's folder as a run leaves it. */
async function saveSmallModel(folder: string): Promise<void> {
  const { compile } = await import('../../src/compile.ts')
  const { saveModel } = await import('../../src/node.ts')
  const { startBackend } = await import('../../src/backends/tfjs/index.ts')
  await startBackend('cpu')
  const program = compile('network Net { input 6x6x1; block wm.smooth(4, k=3); flatten; dense(3) }')
  const variant = program.variant('Net')
  if (variant === undefined) throw new Error('the network is wrong')
  await saveModel(folder, {
    program,
    variant,
    model: await program.build(variant, { seed: 1 }),
    classes: ['a', 'b', 'c'],
  })
}

describe('the core', () => {
  it('loads nothing of Node, of tfjs and of the command line', async () => {
    const paths = [...(await importsOf('src/index.ts'))]
    const rooms = new Set(paths.map((path) => /^src\/(\w+)/.exec(path)?.[1]))
    for (const room of ['syntax', 'check', 'elaborate', 'ablation', 'graph', 'weights', 'spec'])
      expect(rooms).toContain(room)
    expect(paths.filter((path) => /^node:|@tensorflow|^src\/(backends|cli|report)\//.test(path))).toEqual([])
  })

  it('would be seen to', async () => {
    expect(await importsOf('core.ts', "import { readFileSync } from 'node:fs'\nconsole.log(readFileSync)")).toContain(
      'node:fs',
    )
  })

  it('and its backend load nothing of Node', async () => {
    const paths = [...(await importsOf('src/backends/tfjs/index.ts'))]
    expect(paths.some((path) => path.includes('@tensorflow/tfjs-layers'))).toBe(true)
    expect(paths.filter((path) => path.startsWith('node:'))).toEqual([])
  })
})

it.runIf(process.env.WMNET_REQUIRE_CHROMIUM === '1')('chromium is there, as WMNET_REQUIRE_CHROMIUM=1 asks', () => {
  expect(existsSync(executablePath), `no chromium at ${executablePath}`).toBe(true)
})

describe.skipIf(!existsSync(executablePath))(`the library in a browser (needs chromium at ${executablePath})`, () => {
  let browser: Browser
  const parent = mkdtempSync(join(tmpdir(), 'wmnet-browser-'))
  beforeAll(async () => {
    await saveSmallModel(join(parent, 'model'))
    expect(inject('buildError')).toBe('')
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] })
  })
  afterAll(async () => {
    rmSync(parent, { recursive: true, force: true })
    await browser?.close()
  })

  /** What the page's site serves besides the page. */
  const served: Readonly<Record<string, string>> = {
    '/wasm': join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist'),
    '/model': join(parent, 'model'),
  }

  /** What a script prints, and what goes wrong, until it says that it is done. */
  async function run(code: string): Promise<readonly string[]> {
    const contents = `${code}\nglobalThis.isDone = true`
    const { outputFiles } = await build({
      ...{ ...common, alias, external: ['node:*'], stdin: { contents, resolveDir: root, loader: 'ts' } },
    })
    const page = await browser.newPage()
    const printed: string[] = []
    page.on('console', (message) => printed.push(message.text()))
    page.on('pageerror', (fault) => printed.push(`uncaught ${fault.stack ?? fault.message}`))
    await page.route('http://wmnet.test/**', (route) => {
      const { pathname } = new URL(route.request().url())
      const folder = served[dirname(pathname)]
      if (pathname === '/')
        return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>wmnet</title>' })
      const path = folder === undefined ? undefined : join(folder, basename(pathname))
      if (path === undefined || !existsSync(path)) return route.fulfill({ status: 404 })
      const contentType = path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream'
      return route.fulfill({ contentType, body: readFileSync(path) })
    })
    await page.goto('http://wmnet.test/')
    await page.addScriptTag({ type: 'module', content: outputFiles[0]?.text ?? '' })
    await page
      .waitForFunction('globalThis.isDone === true', undefined, { timeout: 20_000 })
      .catch(() => printed.push('not done'))
    await page.close()
    return printed
  }

  it.each(readSnippets().filter(({ where }) => where === 'browser'))(
    'docs/embedding.md: $heading',
    async ({ code, prints }) => {
      expect(`${(await run(code)).join('\n')}\n`).toBe(prints)
    },
  )

  it('says how the wasm backend finds its files where it does not', async () => {
    const code =
      "import { startBackend } from 'wmnet/tfjs'\nawait startBackend('wasm').catch((fault) => console.log(JSON.stringify(fault.diagnostics)))"
    const printed = await run(code)
    const [{ code: found, hints }] = JSON.parse(printed.find((line) => line.startsWith('[{')) ?? '[{}]')
    expect(found).toBe('WM0701')
    expect(hints).toEqual([expect.stringContaining("setWasmPaths('/wasm/')")])
  })

  it('compiles to the graphs, and computes the numbers, that Node does', async () => {
    const code = `
import * as tf from '@tensorflow/tfjs-core'
import { compile } from 'wmnet'
import { startBackend } from 'wmnet/tfjs'
await startBackend('cpu')
const program = compile('network Net { input 8x8x1\\n residual { block wm.smooth(4, padding=same, norm=batchnorm) x2 }\\n flatten\\n dense(3) }')
const model = await program.build('Net', { seed: 4 })
const logits = await model.predict(tf.reshape(tf.linspace(0, 1, 64), [1, 8, 8, 1])).data()
const wrong = compile('network Net { input 8x8x1; dens(3) }')
const found = { hash: program.variant('Net').hash, logits: [...logits], wrong: wrong.diagnostics.map(({ code }) => code) }
`
    const printed = await run(`${code}console.log(JSON.stringify(found))`)
    const [line = '{}'] = printed
    const found = JSON.parse(line)
    const { compile } = await import('../../src/compile.ts')
    const { startBackend, tf } = await import('../../src/backends/tfjs/index.ts')
    await startBackend('cpu')
    const program = compile(
      'network Net { input 8x8x1\n residual { block wm.smooth(4, padding=same, norm=batchnorm) x2 }\n flatten\n dense(3) }',
    )
    const model = await program.build('Net', { seed: 4 })
    const input = tf.reshape(tf.linspace(0, 1, 64), [1, 8, 8, 1])
    const logits = [model.predict(input)].flat().flatMap((tensor) => [...tensor.dataSync()])
    expect(found).toEqual({ hash: program.variant('Net')?.hash, logits, wrong: ['WM0201'] })
  })
})
