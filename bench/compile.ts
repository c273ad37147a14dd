// Milliseconds of the front end (parse, check, elaborate) on files of 1,000, 10,000 and 100,000 statements, and whether they grow in
// proportion. Sizes alternate within a round, so that a busy machine slows all of them; figures are medians over the rounds.
// Arguments: --rounds N (5), --json FILE
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { elaborateNetwork } from '../src/ablation/variants.ts'
import { loadModules } from '../src/check/modules.ts'
import { checkModules } from '../src/check/networks.ts'
import { compile } from '../src/compile.ts'
import { createReporter } from '../src/evaluate/reporter.ts'
import { parse } from '../src/syntax/parse.ts'
import { manyStatements } from './many-statements.ts'

/** Issue 3: parse + check + elaborate of a 10,000-statement file, after warm-up. */
const budget = { statements: 10_000, milliseconds: 250 }
const sizes = [1_000, 10_000, 100_000] as const

/** Milliseconds of each stage, and of the whole driver (`compile`: all of them, hash, cost and warnings). */
interface Times {
  readonly parse: number
  readonly check: number
  readonly elaborate: number
  readonly compile: number
}

const stages = ['parse', 'check', 'elaborate', 'compile'] as const

function measure(text: string): Times {
  globalThis.gc?.()
  const start = performance.now()
  parse('many.wmnet', text)
  const parsed = performance.now()
  compileAll(text)
  const compiled = performance.now()
  const { check, elaborate } = measureStages(text)
  return { parse: parsed - start, check, elaborate, compile: compiled - parsed }
}

function compileAll(text: string): void {
  const program = compile({ path: 'many.wmnet', text })
  const first = program.diagnostics[0]
  if (!program.ok || program.variants.length !== 1)
    throw new Error(`it does not compile: ${first?.code} ${first?.message}`)
}

function measureStages(text: string): { readonly check: number; readonly elaborate: number } {
  const report = createReporter()
  const modules = loadModules('many.wmnet', text, () => undefined, report)
  globalThis.gc?.()
  const start = performance.now()
  const checked = checkModules(modules, report)
  const middle = performance.now()
  for (const network of checked.networks.values()) elaborateNetwork(network, report)
  return { check: middle - start, elaborate: performance.now() - middle }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } },
})
const rounds = Number(options.rounds)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds wants a whole number from 1, got ${options.rounds}`)

const texts = sizes.map((size) => ({ size, text: manyStatements(size) }))
// The compilers of V8 need some hundred runs of a function; the small file gives them without taking long.
for (let i = 0; i < 10; i++) for (const { text } of texts.slice(0, 2)) measure(text)

const times = new Map<number, Times[]>(sizes.map((size) => [size, []]))
for (let round = 0; round < rounds; round++) {
  for (const { size, text } of texts) times.get(size)?.push(measure(text))
}

const rows = sizes.map((size) => {
  const all = times.get(size) ?? []
  const entries = stages.map((stage) => [stage, median(all.map((one) => one[stage]))] as const)
  const spread = all.map(({ compile: one }) => one)
  return {
    statements: size,
    ...(Object.fromEntries(entries) as unknown as Times),
    min: Math.min(...spread),
    max: Math.max(...spread),
  }
})

const cell = (value: number) => value.toFixed(1).padStart(10)
console.log(
  `${'statements'.padStart(10)} ${stages.map((stage) => stage.padStart(10)).join('')}   ms, median of ${rounds}`,
)
for (const row of rows) {
  console.log(
    `${row.statements.toLocaleString('en').padStart(10)} ${stages.map((stage) => cell(row[stage])).join('')}   compile ${row.min.toFixed(1)} to ${row.max.toFixed(1)}`,
  )
}
for (const [index, row] of rows.entries()) {
  const before = rows[index - 1]
  if (before === undefined) continue
  const factor = row.statements / before.statements
  const ratios = stages.map((stage) => `${stage} ${(row[stage] / before[stage]).toFixed(1)}`).join(', ')
  console.log(`${factor} times the statements, ${before.statements} to ${row.statements}: ${ratios} times the time`)
}
const at = rows.find(({ statements }) => statements === budget.statements)
if (at === undefined) throw new Error('the budget names no measured size')
const verdict = at.compile <= budget.milliseconds ? 'held' : 'NOT HELD'
console.log(
  `${budget.statements} statements: ${at.compile.toFixed(1)} ms against a budget of ${budget.milliseconds} ms: ${verdict}`,
)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ rounds, budget, rows }, null, 2)}\n`)
