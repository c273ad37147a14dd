import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compile } from '../../src/compile.ts'
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts'
import { format } from '../../src/format/format.ts'
import { verifyGraph } from '../../src/graph/verify.ts'
import { runs } from './runs.ts'
import { soup } from './words.ts'

const root = join(import.meta.dirname, '../..')
const programs = ['test/golden/elaborate', 'test/golden/diagnostics', 'examples', 'specs']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))))
  .filter((name) => /\.(wmnet|wmspec)$/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  // Long ones, made to meet a limit, say nothing more and take the time of a hundred others.
  .filter((text) => text.length < 4000 && !/x\d{4}/.test(text))

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

/** Far more than any of these small programs takes: what takes longer has met something that grows out of bounds. */
const limit = 10_000

/** Compiles, renders and formats, and holds the results to what every caller relies on. `others` are what `use` finds. */
function survives(text: string, others: readonly string[] = []): void {
  const start = performance.now()
  const read = (path: string) => others[path.length % (others.length + 1)]
  const program = compile({ path: 'a.wmnet', text }, { read })
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
  const formatted = format('a.wmnet', text)
  renderDiagnostics(formatted.diagnostics, program.sources, { color: false })
  expect(performance.now() - start).toBeLessThan(limit)
}

const bytes = fc.uint8Array({ maxLength: 200 })

it('bytes that decode to any text at all are explained', () => {
  const text = fc.oneof(
    bytes.map((given) => new TextDecoder().decode(given)),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(text, (given) => survives(given)),
    runs(2500),
  )
})

it('words of the language in any order are explained', () => {
  fc.assert(
    fc.property(soup, fc.constantFrom(...programs), (text, other) => survives(text, [other])),
    runs(3000),
  )
})

it('a program with a stretch replaced compiles or is explained, and never throws', () => {
  const mutation = fc.tuple(
    fc.constantFrom(...programs),
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.array(pieces, { maxLength: 3 }),
  )
  fc.assert(
    fc.property(mutation, fc.constantFrom(...programs), ([text, at, cut, inserted], other) => {
      const start = at % (text.length + 1)
      survives(text.slice(0, start) + inserted.join('') + text.slice(start + cut), [other])
    }),
    runs(3500),
  )
})

it('two programs spliced together never throw', () => {
  const pair = fc.tuple(fc.constantFrom(...programs), fc.constantFrom(...programs), fc.nat(), fc.nat())
  fc.assert(
    fc.property(pair, ([a, b, cutA, cutB]) => {
      survives(a.slice(0, cutA % (a.length + 1)) + b.slice(cutB % (b.length + 1)))
    }),
    runs(1000),
  )
})
