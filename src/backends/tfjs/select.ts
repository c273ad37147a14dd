import * as tfc from '@tensorflow/tfjs-core'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import type { BackendName } from '../../study/job.ts'
import { chooseBackend } from './choose.ts'
import { type Absent, isNode } from './engines/engine.ts'
import { setWasmThreads } from './engines/wasm.ts'
import { refuseFaultyNumbers, releaseGpu } from './engines/webgpu.ts'
import { createProber, engines } from './examine.ts'
import { registerKernels } from './ops/index.ts'
import { withoutStartupNoise } from './quiet.ts'

export interface StartedBackend {
  readonly name: BackendName
  /** What it runs on: an adapter's name, "SIMD, 1 thread". */
  readonly description: string
  /** Why it was taken. */
  readonly reason: string
}

/**
 * Makes a backend the current one, with wmnet's own kernels. `auto` takes the fastest that runs on real hardware.
 * A named backend that cannot run is WM0701: nothing falls back on its own. `threads` are the wasm backend's, 1 unless given
 * when it is first started.
 */
export function startBackend(
  choice: 'auto' | BackendName,
  { threads }: { readonly threads?: number | undefined } = {},
): Promise<StartedBackend> {
  if (threads !== undefined) setWasmThreads(threads)
  const starting = withoutStartupNoise(() => start(choice))
  started = starting
  // A failed start must not answer for the next one.
  starting.catch(() => {
    if (started === starting) started = undefined
  })
  return starting
}

async function start(choice: 'auto' | BackendName): Promise<StartedBackend> {
  const probe = createProber()
  const { name, reason } = choice === 'auto' ? await chooseBackend(probe) : { name: choice, reason: 'asked for' }
  const found = await probe(name)
  if (!found.available) throw notAvailable(name, found)
  await engines[name].load()
  if (!(await tfc.setBackend(name))) {
    throw notAvailable(name, { problem: `it does not start on ${found.description}`, remedy: null })
  }
  if (name === 'webgpu') refuseFaultyNumbers(tfc.backend())
  else releaseGpu()
  await registerKernels(name)
  // The cpu backend prints its greeting at the first tensor.
  tfc.dispose(tfc.tensor1d([0]))
  return { name, description: found.description, reason }
}

let started: Promise<StartedBackend> | undefined

/** The backend that runs, or the one that `auto` takes: for callers of the library who have not started one. */
export function ensureBackend(): Promise<StartedBackend> {
  return started ?? startBackend('auto')
}

/** Lets the process exit after work on webgpu in Node; harmless on other backends. */
export function releaseBackend(): void {
  releaseGpu()
}

function notAvailable(name: BackendName, { problem, remedy }: Pick<Absent, 'problem' | 'remedy'>): DiagnosticError {
  const hints = [
    ...(remedy === null ? [] : [remedy]),
    ...(isNode ? ['`wmnet doctor` shows what this machine has'] : []),
  ]
  return new DiagnosticError([error('WM0701', `the ${name} backend cannot run: ${problem}`, { hints })])
}
