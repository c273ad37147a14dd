import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { timeNode } from './wmnet.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'wmnet-limits-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const network = (body: string) => `network N {\n  input 28x28x1\n${body}\n}\n`
const range = (count: number) => [...Array(count).keys()]
const doubled = (first: string, next: (last: string) => string, times = 60) =>
  range(times)
    .map((i) => (i === 0 ? first : next(String(i - 1)).replaceAll('NEXT', `d${i}`)))
    .join('\n')
/** Variants of a network of 80,000 layers, as an ablation's members. */
const ofLarge = (members: string) =>
  `network N(n: int = 1, m: int = 1) {\n  input 8x8x1\n  relu x(80000 + 100 * n + m)\n}\nablation A of N {\n  variant base { }\n${members}\n}\n`

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
  'defines that double, thirty deep': [
    'WM0358',
    () =>
      `${doubled('define d0 { relu; relu }', (last) => `define NEXT { d${last}; d${last} }`, 30)}\n${network('d29')}`,
  ],
  'defines that double, in a hundred and fifty others': [
    'WM0358',
    () =>
      `${doubled('define d0 { relu; relu }', (last) => `define NEXT { d${last}; d${last} }`, 150)}\n${network('d149')}`,
  ],
  'defines that double nothing': [
    'WM0359',
    () => `${doubled('define d0 { none; none }', (last) => `define NEXT { d${last}; d${last} }`)}\n${network('d59')}`,
  ],
  'defines that double with arguments': [
    'WM0358',
    () =>
      `${doubled(
        'define d0(k: int) { conv(4, k=k, padding="same") }',
        (last) => `define NEXT(k: int) { d${last}(k); d${last}(k) }`,
      )}\n${network('d59(3)')}`,
  ],
  'a billion turns of empty loops': [
    'WM0359',
    () => network('for a in 1..1000 { for b in 1..1000 { for c in 1..1000 { } } }'),
  ],
  'a billion turns of loops that add nothing': [
    'WM0359',
    () => network('for a in 1..1000 { for b in 1..1000 { for c in 1..1000 { let d = a * b + c } } }'),
  ],
  'a billion residual bodies': ['WM0358', () => network('residual { relu } x1000000000')],
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
  'fifty thousand defines, each with a wrong name': [
    'WM0004',
    () =>
      `${range(50_000)
        .map((i) => `define d${i} { rel${i} }`)
        .join('\n')}\n${network('relu')}`,
  ],
  'two hundred thousand wrong names': ['WM0004', () => network('rel\n'.repeat(200_000))],
  '100 MB': ['WM0003', () => 'relu\n'.repeat(20_000_000)],
  'three million words in 16 MB': ['WM0117', () => network('relu\n'.repeat(3_300_000))],
  'one line of 16 MB': ['WM0117', () => network(`let a = [${'1, '.repeat(5_000_000)}1]`)],
}

/** Memory of the JavaScript heap, far below the machine's: what grows without bounds dies of it. */
const heap = '--max-old-space-size=768'

function check(text: string) {
  const path = join(folder, 'a.wmnet')
  writeFileSync(path, text)
  return timeNode([heap, main, 'check', path])
}

describe('what would fill the memory or never end is told at once', () => {
  let node = 0
  beforeAll(() => {
    node = Math.min(...range(5).map(() => timeNode(['-e', '0']).seconds))
  })

  it.each(Object.entries(cases))('%s', (_what, [code, write]) => {
    const { code: exit, stderr, seconds } = check(write())
    expect(stderr).toContain(`error[${code}]`)
    expect(stderr).not.toMatch(/bug in wmnet|internal|heap/i)
    expect(exit).toBe(1)
    // Processor time, as Node's own start is: two seconds where that takes a twentieth of one. At most 25 times were measured.
    expect(seconds / node).toBeLessThan(40)
  })

  it('large variants, together', () => {
    const { code, stderr, seconds } = check(ofLarge('  grid { n in 1..30; m in 1..30 }'))
    expect(stderr).toContain('the variants of this program have more than 500000 layers')
    expect(code).toBe(1)
    // Half a million layers are made before it is told; 900 variants are 72 million.
    expect(seconds / node).toBeLessThan(160)
  })

  it('files that import each other', () => {
    writeFileSync(join(folder, 'b.wmnet'), 'use "a.wmnet" { N }\nnetwork M { input 8x8x1; relu }\n')
    const { code, stderr } = check(`use "b.wmnet" { M }\n${network('relu')}`)
    expect(stderr).toContain('error[WM0217]')
    expect(code).toBe(1)
  })
})
