// The process of one contender: builds the step, then answers its parent's requests one after the other.
import * as tf from '@tensorflow/tfjs-core'
import { createProber, engines } from '../../src/backends/tfjs/examine.ts'
import { type BufferCount, countBuffers } from './buffers.ts'
import type { Answer, Contender, Request, StepMemory, TrainingStep } from './contender.ts'

export async function serve(contender: Contender): Promise<void> {
  const send = (answer: Answer) => process.send?.(answer)
  try {
    const { step, description } = await start(contender)
    const loss = await warmUp(step)
    process.on('message', (request: Request) => {
      answer(request, step).then(send, (thrown) => send({ kind: 'failed', message: messageOf(thrown) }))
    })
    send({ kind: 'ready', loss, description })
  } catch (thrown) {
    send({ kind: 'failed', message: messageOf(thrown) })
    process.disconnect()
  }
}

/** What is imported registers kernels and gradients: stock contenders must not load wmnet's. */
async function start(contender: Contender): Promise<{ readonly step: TrainingStep; readonly description: string }> {
  if (contender.formulation === 'wmnet') {
    const { startBackend } = await import('../../src/backends/tfjs/select.ts')
    const threads = contender.backend === 'wasm' ? { threads: contender.threads } : {}
    const { description } = await startBackend(contender.backend, threads)
    buffers = countBuffers()
    const { createWmnetStep } = await import('./wmnet-step.ts')
    return { step: createWmnetStep(contender.network, contender.batch), description }
  }
  const probe = await createProber()(contender.backend)
  if (!probe.available) throw new Error(probe.problem)
  await engines[contender.backend].load()
  await tf.setBackend(contender.backend)
  const { createStockStep } = await import('./stock-step.ts')
  return { step: createStockStep(contender), description: probe.description }
}

/** The first steps compile kernels and grow heaps. */
async function warmUp(step: TrainingStep): Promise<number> {
  const first = await step.run()
  const end = performance.now() + 1000
  do await step.run()
  while (performance.now() < end)
  if (!Number.isFinite(first)) throw new Error(`the loss is ${first}`)
  return first
}

async function answer(request: Request, step: TrainingStep): Promise<Answer> {
  switch (request.kind) {
    case 'time':
      return timeSteps(step, request.milliseconds)
    case 'memory':
      return { kind: 'memory', memory: await measureMemory(step) }
    case 'kernels': {
      const { createKernels, timeKernels } = await import('./kernel-figures.ts')
      kernels ??= createKernels()
      return { kind: 'kernels', seconds: timeKernels(kernels, request.milliseconds) }
    }
  }
}

/** Of wmnet's contenders on wasm. */
let buffers: BufferCount | undefined
let kernels: ReturnType<typeof import('./kernel-figures.ts').createKernels> | undefined

/**
 * Mean of the steps that fit into the time. Untimed ones come first: while the others had their turns, caches and, on systems
 * that reclaim idle memory, the pages of the heap went to them.
 */
async function timeSteps(step: TrainingStep, milliseconds: number): Promise<Answer> {
  const warm = performance.now() + milliseconds / 3
  do await step.run()
  while (performance.now() < warm)
  const start = performance.now()
  let steps = 0
  do {
    await step.run()
    steps++
  } while (performance.now() - start < milliseconds)
  return { kind: 'time', millisecondsPerStep: (performance.now() - start) / steps, steps }
}

async function measureMemory(step: TrainingStep): Promise<StepMemory> {
  const { wasm } = tf.backend() as { wasm?: { HEAPU8?: Uint8Array } }
  const heapBytes = wasm?.HEAPU8?.byteLength ?? null
  if (buffers !== undefined) {
    const restBytes = buffers.live
    buffers.restart()
    await step.run()
    return { peakBytes: buffers.peak, restBytes, heapBytes }
  }
  const restBytes = tf.memory().numBytes
  const { peakBytes } = await tf.profile(async () => {
    await step.run()
    return tf.scalar(0)
  })
  return { peakBytes, restBytes, heapBytes }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
