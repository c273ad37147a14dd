import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compile } from '../../src/compile.ts'
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts'
import { verifyGraph } from '../../src/graph/verify.ts'

const root = join(import.meta.dirname, '../..')
const programs = ['test/golden/elaborate', 'test/golden/diagnostics'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => /\.(wmnet|wmspec)$/.test(name) && !name.startsWith('WM0358'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
)

/** Pieces that make a mutation land in interesting places. */
const pieces = fc.constantFrom(
  '(',
  ')',
  '{',
  '}',
  '[0]',
  '= ',
  'x3 ',
  ' as a\n',
  'conv',
  'none',
  'constructor',
  '__proto__',
  ' toString ',
  '0',
  '-1',
  '1e9',
  '"',
  ',',
  '..',
  ' + ',
  '\n',
)

/** Compiles, renders, and holds the result to what every caller relies on. */
function survives(text: string): void {
  const program = compile(text)
  for (const { span, labels } of program.diagnostics) {
    for (const place of [span, ...labels.map((label) => label.span)]) {
      if (place === undefined) continue
      const { length } = program.sources.get(place.file) ?? ''
      expect(place.start).toBeGreaterThanOrEqual(0)
      expect(place.end).toBeGreaterThanOrEqual(place.start)
      expect(place.end).toBeLessThanOrEqual(length)
    }
  }
  renderDiagnostics(program.diagnostics, program.sources, { color: false })
  for (const { graph } of program.variants) expect(verifyGraph(graph)).toEqual([])
}

it('a program with a stretch replaced compiles or is explained, and never throws', () => {
  const mutation = fc.tuple(
    fc.constantFrom(...programs),
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.array(pieces, { maxLength: 3 }),
  )
  fc.assert(
    fc.property(mutation, ([text, at, cut, inserted]) => {
      const start = at % (text.length + 1)
      survives(text.slice(0, start) + inserted.join('') + text.slice(start + cut))
    }),
    { numRuns: 1500 },
  )
})

it('two programs spliced together never throw', () => {
  const pair = fc.tuple(fc.constantFrom(...programs), fc.constantFrom(...programs), fc.nat(), fc.nat())
  fc.assert(
    fc.property(pair, ([a, b, cutA, cutB]) => {
      survives(a.slice(0, cutA % (a.length + 1)) + b.slice(cutB % (b.length + 1)))
    }),
    { numRuns: 500 },
  )
})
