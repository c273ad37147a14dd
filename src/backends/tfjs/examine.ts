import type { BackendName } from '../../study/job.ts'
import { chooseBackend } from './choose.ts'
import { cpuEngine } from './engines/cpu.ts'
import type { Engine, Probe } from './engines/engine.ts'
import { tensorflowEngine } from './engines/tensorflow.ts'
import { wasmEngine } from './engines/wasm.ts'
import { webgpuEngine } from './engines/webgpu.ts'
import { withoutStartupNoise } from './quiet.ts'

/** Every backend, the ones that are fastest where they exist first. */
export const engines: Readonly<Record<BackendName, Engine>> = {
  tensorflow: tensorflowEngine,
  webgpu: webgpuEngine,
  wasm: wasmEngine,
  cpu: cpuEngine,
}

/** One line of `wmnet doctor`. */
export interface BackendReport {
  readonly name: BackendName
  readonly available: boolean
  /** Of the package that provides it; null where none was found. */
  readonly version: string | null
  /** What it runs on, or why it cannot run. */
  readonly detail: string
  /** How to get it, where it is missing and something can be done. */
  readonly remedy: string | null
  /** Why `auto` would take it; null for the others. */
  readonly chosen: string | null
}

/**
 * Tries every backend. Loads those that are installed, and leaves the current one, if any, as it was. In Node, a GPU
 * found keeps the process alive until `releaseBackend()`.
 */
export async function examineBackends(): Promise<readonly BackendReport[]> {
  return withoutStartupNoise(async () => {
    const probe = createProber()
    const choice = await chooseBackend(probe)
    const reports: BackendReport[] = []
    for (const { name } of Object.values(engines)) {
      reports.push(reportOf(name, await probe(name), name === choice.name ? choice.reason : null))
    }
    return reports
  })
}

/** Probes each backend at most once. */
export function createProber(): (name: BackendName) => Promise<Probe> {
  const probes = new Map<BackendName, Promise<Probe>>()
  return (name) => {
    const probe = probes.get(name) ?? engines[name].probe()
    probes.set(name, probe)
    return probe
  }
}

function reportOf(name: BackendName, probe: Probe, chosen: string | null): BackendReport {
  const { available, version } = probe
  return probe.available
    ? { name, available, version, detail: probe.description, remedy: null, chosen }
    : { name, available, version, detail: probe.problem, remedy: probe.remedy, chosen }
}
