import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'wmnet-limits-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const network = (body: string) => `network N {\n  input 28x28x1\n${body}\n}\n`
const doubled = (first: string, next: (last: string) => string) =>
  [...Array(60).keys()].map((i) => (i === 0 ? first : next(String(i - 1)).replaceAll('NEXT', `d${i}`))).join('\n')

/** Text that a limit is for, and the limit's code. */
const cases: Readonly<Record<string, readonly [code: string, write: () => string]>> = {
  'ten thousand bodies in one another': [
    'WM0110',
    () => network(`${'residual { '.repeat(10_000)}relu${' }'.repeat(10_000)}`),
  ],
  'ten thousand brackets': ['WM0110', () => network(`let a = ${'('.repeat(10_000)}1${')'.repeat(10_000)}`)],
  'ten thousand brackets, none closed': ['WM0110', () => network(`let a = ${'['.repeat(10_000)}`)],
  'a billion layers': ['WM0358', () => network('relu x1000000000')],
  'a billion times nothing': ['WM0359', () => network('none x1000000000')],
  'defines that double': [
    'WM0358',
    () => `${doubled('define d0 { relu; relu }', (last) => `define NEXT { d${last}; d${last} }`)}\n${network('d59')}`,
  ],
  'defines that double their argument': [
    'WM0361',
    () =>
      `${doubled('define d0(l: layer) { l }', (last) => `define NEXT(l: layer) { d${last}(d${last}(l)) }`)}\n${network('d59(relu)')}`,
  ],
  'a grid of a trillion variants': [
    'WM0419',
    () => {
      const names = [...Array(12).keys()].map((i) => `p${i}`)
      const parameters = names.map((name) => `${name}: int = 1`).join(', ')
      const axes = names.map((name) => `${name} in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]`).join('; ')
      return `network N(${parameters}) { input 8x8x1; flatten; dense(${names.join(' + ')}) }
ablation A of N { variant base { }; grid { ${axes} } }`
    },
  ],
  '100 MB': ['WM0003', () => 'relu\n'.repeat(20_000_000)],
  'three million words in 16 MB': ['WM0117', () => network('relu\n'.repeat(3_300_000))],
  'one line of 16 MB': ['WM0117', () => network(`let a = [${'1, '.repeat(5_000_000)}1]`)],
}

/** Memory of the JavaScript heap, far below the machine's: what grows without bounds dies of it. */
const heap = '--max-old-space-size=768'

function check(text: string) {
  const path = join(folder, 'a.wmnet')
  writeFileSync(path, text)
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [heap, main, 'check', path], { encoding: 'utf8' })
  return { status, stderr, seconds: (performance.now() - start) / 1000 }
}

describe('what would fill the memory or never end is told at once', () => {
  // Two seconds where checking a small file takes a sixth of one; in proportion on a slower or busier machine.
  let small = 0
  beforeAll(() => {
    check(network('relu'))
    small = Math.max(...[1, 2, 3].map(() => check(network('relu')).seconds))
  })

  it.each(Object.entries(cases))('%s', (_what, [code, write]) => {
    const { status, stderr, seconds } = check(write())
    expect(stderr).toContain(`error[${code}]`)
    expect(stderr).not.toMatch(/bug in wmnet|internal|heap/i)
    expect(status).toBe(1)
    expect(seconds).toBeLessThan(12 * small)
  })

  it('files that import each other', () => {
    writeFileSync(join(folder, 'b.wmnet'), 'use "a.wmnet" { N }\nnetwork M { input 8x8x1; relu }\n')
    const { status, stderr } = check(`use "b.wmnet" { M }\n${network('relu')}`)
    expect(stderr).toContain('error[WM0217]')
    expect(status).toBe(1)
  })
})
