import * as tfc from '@tensorflow/tfjs-core'
import { type Engine, isNode, reasonOf } from './engine.ts'
import { createThreadedBackend } from './wasm-threads.ts'

let threads = 1

const browserRemedy =
  "serve the .wasm files of @tensorflow/tfjs-backend-wasm/dist and say where: setWasmPaths('/wasm/') of that package, before the backend starts"

/**
 * How many threads the wasm backend gets when it is loaded; in Node alone.
 * @throws Error (a bug) where it is loaded already with another number.
 */
export function setWasmThreads(count: number): void {
  if (count !== threads && tfc.engine().registry.wasm !== undefined) {
    throw new Error(`the wasm backend runs with ${threads} threads already`)
  }
  threads = count
}

/** Why the wasm backend cannot have more than one thread here, or null where it can: tried with two, which end again. */
export async function problemWithThreads(): Promise<string | null> {
  try {
    const backend = await createThreadedBackend(2)
    backend.dispose()
    return null
  } catch (thrown) {
    return reasonOf(thrown)
  }
}

/** WebAssembly: XNNPACK for convolutions and matrix products. */
export const wasmEngine: Engine = {
  name: 'wasm',
  async probe() {
    const { version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm')
    // Undefined before the first backend is set, whatever the type says.
    const previous = tfc.getBackend() as string | undefined
    try {
      await wasmEngine.load()
      if (!(await tfc.setBackend('wasm'))) throw new Error('the WebAssembly module does not start')
      const simd = await tfc.env().getAsync('WASM_HAS_SIMD_SUPPORT')
      const description = `${simd ? 'SIMD' : 'no SIMD'}, ${threads} thread${threads === 1 ? '' : 's'}`
      return { available: true, version, description, hardware: 'cpu' }
    } catch (thrown) {
      return { available: false, version, problem: reasonOf(thrown), remedy: isNode ? null : browserRemedy }
    } finally {
      if (previous !== undefined) await tfc.setBackend(previous)
    }
  },
  async load() {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    // Nothing can change once the backend has started.
    if (!isNode || tfc.engine().registry.wasm !== undefined) return
    if (threads === 1) {
      setWasmPaths(await binaryFolder())
      return
    }
    tfc.removeBackend('wasm')
    tfc.registerBackend('wasm', () => createThreadedBackend(threads))
  },
}

/** In Node, the folder of the package's .wasm files, with a slash at the end. */
async function binaryFolder(): Promise<string> {
  const { createRequire } = await import('node:module')
  const { dirname, join, sep } = await import('node:path')
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
  return join(dirname(manifest), 'dist') + sep
}
