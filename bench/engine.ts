// The engine's benchmark: training steps of the paper's small networks against stock tfjs and between backends, kernels, memory.
// Every figure that counts is a ratio of contenders that took turns in one run. Arguments: --rounds N (5), --milliseconds N (1000)
// per contender and round, --out DIR (runs/bench): engine.json and engine.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { costOf } from '../src/graph/cost.ts'
import type { Contender, Formulation, NetworkName } from './engine/contender.ts'
import { describeMachine } from './engine/machine.ts'
import { measureGroup, type Spread, speedup, spreadOf, type Timing } from './engine/measure.ts'
import { measureMemory, type Running, timeKernels } from './engine/processes.ts'
import { type MemoryRow, printMarkdown, type Report } from './engine/report.ts'
import { serve } from './engine/serve.ts'
import { checkTargets } from './engine/targets.ts'

const batch = 128

type Backend = Contender['backend']

/**
 * The literal formulation keeps every product of eq. 1: 128 images fit into the heap of 4 GiB, but take most of a minute a step.
 * Times are compared per image, and Adam's share, which fewer images have to bear, is below a hundredth of its step.
 */
const literalBatch = 16

function contender(backend: Backend, network: NetworkName, formulation: Formulation = 'wmnet', threads = 1): Contender {
  return { backend, network, formulation, threads, batch: formulation === 'literal' ? literalBatch : batch }
}

/** tfjs's wasm backend alone cannot train a convolution: it has no gradient of the filter. */
const groups: readonly { readonly title: string; readonly contenders: readonly Contender[] }[] = [
  {
    title: 'Training steps: smoothing with k = 3 and CNN 33',
    contenders: [
      contender('wasm', 'smooth'),
      contender('wasm', 'cnn'),
      contender('wasm', 'smooth', 'wmnet', 2),
      contender('wasm', 'cnn', 'wmnet', 2),
      contender('wasm', 'smooth', 'best'),
      contender('wasm', 'smooth', 'literal'),
      contender('tensorflow', 'cnn', 'best'),
      contender('tensorflow', 'smooth', 'best'),
      contender('tensorflow', 'cnn'),
      contender('tensorflow', 'smooth'),
    ],
  },
  {
    title: 'Training steps: smoothing with k = 9, unsharp masking',
    contenders: [
      contender('wasm', 'smooth'),
      contender('wasm', 'smooth_k9'),
      contender('wasm', 'unsharp'),
      contender('wasm', 'smooth_k9', 'best'),
      contender('wasm', 'unsharp', 'best'),
      contender('wasm', 'smooth_k9', 'literal'),
      contender('wasm', 'unsharp', 'literal'),
      contender('tensorflow', 'smooth_k9', 'best'),
      contender('tensorflow', 'unsharp', 'best'),
    ],
  },
]

const { values: options } = parseArgs({
  options: {
    contender: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    milliseconds: { type: 'string', default: '1000' },
    out: { type: 'string', default: join('runs', 'bench') },
  },
})
if (options.contender === undefined) await benchmark()
else await serve(JSON.parse(options.contender) as Contender)

async function benchmark(): Promise<void> {
  const [rounds, milliseconds] = [wholeNumber('rounds'), wholeNumber('milliseconds')]
  const loadBefore = loadavg()[0] ?? 0
  const memory: MemoryRow[] = []
  const kernels: Readonly<Record<string, number>>[] = []
  const results: Report['groups'][number][] = []
  for (const { title, contenders } of groups) {
    console.error(title)
    const result = await measureGroup(contenders, { rounds, milliseconds }, async (running) => {
      for (const one of running) {
        if (one.contender.formulation === 'wmnet') memory.push(await memoryRow(one))
      }
      const [first] = running
      if (kernels.length > 0 || first === undefined) return
      for (let round = 0; round < rounds; round++) kernels.push(await timeKernels(first, milliseconds / 5))
    })
    results.push({ title, result })
  }
  const timings = results.flatMap(({ result }) => result.timings)
  const rates = await ratesOf(kernels)
  const smooth = memory.find(({ name }) => name === 'wasm smooth (wmnet)')
  const report: Report = {
    machine: describeMachine(loadBefore),
    rounds,
    groups: results,
    rates,
    memory: memory.filter((row, place) => memory.findIndex(({ name }) => name === row.name) === place),
    targets: checkTargets({
      timings,
      rates,
      ninths: ninthsOf(kernels, results.at(-1)?.result.timings ?? []),
      memory: smooth && smooth.peakBytes / smooth.neededBytes,
    }),
  }
  const markdown = printMarkdown(report)
  mkdirSync(options.out, { recursive: true })
  writeFileSync(join(options.out, 'engine.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(options.out, 'engine.md'), markdown)
  console.log(markdown)
  console.log(`written: ${join(options.out, 'engine.json')}, ${join(options.out, 'engine.md')}`)
}

/** A step needs its activations, its weights, and Adam's two moments of each. */
async function memoryRow(running: Running): Promise<MemoryRow> {
  const { graphOf } = await import('./engine/wmnet-step.ts')
  const { activationBytes, parameters } = costOf(graphOf(running.contender.network))
  const neededBytes = running.contender.batch * activationBytes + 3 * 4 * parameters.trainable
  return { name: running.name, neededBytes, ...(await measureMemory(running)) }
}

/** Of kernels that count operations; their numbers are those of the shapes in kernel-figures.ts. */
async function ratesOf(rounds: readonly Readonly<Record<string, number>>[]): Promise<Record<string, Spread>> {
  const { kernelFlops } = await import('./engine/kernel-flops.ts')
  return Object.fromEntries(
    Object.entries(kernelFlops).map(([name, flops]) => {
      return [name, spreadOf(rounds.map((seconds) => flops / (seconds[name] ?? Number.NaN) / 1e9))]
    }),
  )
}

function ninthsOf(
  rounds: readonly Readonly<Record<string, number>>[],
  timings: readonly Timing[],
): Readonly<Record<string, Spread>> {
  const of = (name: string) =>
    rounds.map((seconds) => {
      return (seconds[name.replace('K', '9')] ?? Number.NaN) / (seconds[name.replace('K', '3')] ?? Number.NaN)
    })
  const step = (network: NetworkName) => timings.find(({ name }) => name === `wasm ${network} (wmnet)`)
  const steps = speedup(step('smooth'), step('smooth_k9'))
  return {
    'one layer forward, 26x26x32': spreadOf(of('smooth k=K, WmMul and box')),
    'the box alone': spreadOf(of('box k=K')),
    ...(steps === undefined ? {} : { 'a whole step': steps }),
  }
}

function wholeNumber(name: 'rounds' | 'milliseconds'): number {
  const value = Number(options[name])
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} wants a whole number from 1, got ${options[name]}`)
  return value
}
