import * as tfc from '@tensorflow/tfjs-core'
import { type Engine, isNode, type Probe } from './engine.ts'
import { loadOptionalPackage } from './optional-package.ts'

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const
const remedy =
  `npm install ${packages[0]}@${tfc.version_core} with an NVIDIA card and CUDA, ` +
  `npm install ${packages[1]}@${tfc.version_core} without`

/** TensorFlow's C library by tfjs-node-gpu or tfjs-node, whichever the user has installed. */
export const tensorflowEngine: Engine = {
  name: 'tensorflow',
  async probe() {
    if (!isNode) return { available: false, version: null, problem: 'runs in Node only', remedy: null }
    await prepareNode()
    const problems: Probe[] = []
    for (const name of packages) {
      const loaded = await loadOptionalPackage(name)
      if (loaded.kind === 'loaded') return describe(name, loaded.version)
      if (loaded.kind === 'broken') {
        const problem = `${name} ${loaded.version} does not load: ${loaded.problem}`
        problems.push({ available: false, version: loaded.version, problem, remedy })
      }
    }
    const missing = `neither ${packages.join(' nor ')} is installed`
    return problems[0] ?? { available: false, version: null, problem: missing, remedy }
  },
  // The probe has loaded it.
  async load() {},
}

function describe(name: string, version: string): Probe {
  const backend = tfc.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null
  if (backend === null) {
    return { available: false, version, problem: `${name} ${version} registered no backend`, remedy }
  }
  const gpu = backend.isUsingGpuDevice === true
  return {
    available: true,
    version,
    description: `${name}, ${gpu ? 'on the GPU' : 'on the CPU'}`,
    hardware: gpu ? 'gpu' : 'cpu',
  }
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed; TensorFlow greets with INFO lines on stderr. */
async function prepareNode(): Promise<void> {
  const { createRequire } = await import('node:module')
  const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'
}
