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
import { manyStatements } from './many-statements.ts'

/** Issue 3: parse + check + elaborate of a 10,000-statement file, after warm-up. */
const budget = { statements: 10_000, milliseconds: 250 }
const sizes = [1_000, 10_000, 100_000] as const

const stages = ['parse', 'check', 'elaborate', 'compile'] as const
type Stage = (typeof stages)[number]

/** Milliseconds on the clock, and of processor time: on a busy machine the clock also measures its other work. */
interface Time {
  readonly wall: number
  readonly cpu: number
}

/** Of each stage, and of the whole driver (`compile`: all of them, and names and warnings). */
type Times = Readonly<Record<Stage, Time>>

function time<T>(run: () => T): { readonly value: T; readonly time: Time } {
  const start = performance.now()
  const usage = process.cpuUsage()
  const value = run()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(usage)
  return { value, time: { wall, cpu: (user + system) / 1000 } }
}

function measure(text: string): Times {
  const report = createReporter()
  const whole = time(() => compile({ path: 'many.wmnet', text }))
  const first = whole.value.diagnostics[0]
  if (!whole.value.ok) throw new Error(`it does not compile: ${first?.code} ${first?.message}`)
  const parsed = time(() => loadModules('many.wmnet', text, () => undefined, report))
  const checked = time(() => checkModules(parsed.value, report))
  const elaborated = time(() => [...checked.value.networks.values()].map((one) => elaborateNetwork(one, report)))
  if (elaborated.value.some((variant) => variant === undefined)) throw new Error('a network is not elaborated')
  return { parse: parsed.time, check: checked.time, elaborate: elaborated.time, compile: whole.time }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

function summarize(all: readonly Times[], stage: Stage) {
  const walls = all.map((times) => times[stage].wall)
  return { median: median(walls), fastest: Math.min(...walls), cpu: Math.min(...all.map((times) => times[stage].cpu)) }
}

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } },
})
const rounds = Number(options.rounds)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds wants a whole number from 1, got ${options.rounds}`)

const texts = sizes.map((size) => ({ size, text: manyStatements(size) }))
// V8 compiles what runs often; the smaller files get it there without taking long.
for (let i = 0; i < 10; i++) for (const { text } of texts.slice(0, 2)) measure(text)

const times = new Map<number, Times[]>(sizes.map((size) => [size, []]))
for (let round = 0; round < rounds; round++) {
  for (const { size, text } of texts) times.get(size)?.push(measure(text))
}

const rows = sizes.map((size) => {
  const all = times.get(size) ?? []
  return { statements: size, stages: Object.fromEntries(stages.map((stage) => [stage, summarize(all, stage)])) }
})

const count = (statements: number) => statements.toLocaleString('en').padStart(10)
console.log(
  `statements  ${stages.map((stage) => stage.padStart(24)).join('')}   ms: median / fastest / fastest processor time`,
)
for (const row of rows) {
  const cells = stages.map((stage) => {
    const { median: middle = 0, fastest = 0, cpu = 0 } = row.stages[stage] ?? {}
    return [middle, fastest, cpu]
      .map((value) => value.toFixed(0))
      .join(' / ')
      .padStart(24)
  })
  console.log(`${count(row.statements)}  ${cells.join('')}`)
}
for (const [index, row] of rows.entries()) {
  const before = rows[index - 1]
  if (before === undefined) continue
  const ratios = stages.map((stage) => {
    const [small, large] = [before.stages[stage]?.cpu ?? Number.NaN, row.stages[stage]?.cpu ?? Number.NaN]
    return `${stage} ${(large / small).toFixed(1)}`
  })
  const factor = row.statements / before.statements
  console.log(
    `${count(before.statements)} to ${count(row.statements).trim()}, ${factor} times as many: ${ratios.join(', ')} times the processor time`,
  )
}
const at = rows.find(({ statements }) => statements === budget.statements)?.stages.compile
if (at === undefined) throw new Error('the budget names no measured size')
const verdict = (value: number) => `${value.toFixed(0)} ms ${value <= budget.milliseconds ? 'held' : 'NOT HELD'}`
console.log(
  `${count(budget.statements)} within ${budget.milliseconds} ms: median ${verdict(at.median)}, fastest ${verdict(at.fastest)}, fastest processor time ${verdict(at.cpu)}`,
)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ rounds, budget, rows }, null, 2)}\n`)
