// tfjs's threaded build in Node. The package itself refuses: it starts its workers from a Blob, which Node's cannot be. They start
// when the glue and the worker are real files and the backend is put together by hand, as the package's init() does (4.22.0).
import type { KernelBackend } from '@tensorflow/tfjs-core'

interface ThreadedModule {
  cwrap(name: string, returns: string | null, takes: readonly string[]): unknown
  readonly wasmMemory: WebAssembly.Memory
  tfjs?: Readonly<Record<string, unknown>>
}

type Factory = (config: Readonly<Record<string, unknown>>) => Promise<ThreadedModule>

/** The backend with `threads` threads for tfjs's own kernels. */
export async function createThreadedBackend(threads: number): Promise<KernelBackend> {
  const { BackendWasm, setThreadsCount, getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm')
  const module = await loadModule(threads)
  const wrap = (name: string, returns: string | null, ...takes: readonly string[]) => module.cwrap(name, returns, takes)
  module.tfjs = {
    init: wrap('init', null),
    initWithThreadsCount: wrap('init_with_threads_count', null, 'number'),
    getThreadsCount: wrap('get_threads_count', 'number'),
    registerTensor: wrap('register_tensor', null, 'number', 'number', 'number'),
    disposeData: wrap('dispose_data', null, 'number'),
    dispose: wrap('dispose', null),
  }
  setThreadsCount(threads)
  const backend = new BackendWasm(module as unknown as ConstructorParameters<typeof BackendWasm>[0])
  if (getThreadsCount() !== threads) throw new Error(`tfjs took ${getThreadsCount()} threads, not ${threads}`)
  return backend
}

async function loadModule(threads: number): Promise<ThreadedModule> {
  const { createRequire } = await import('node:module')
  const { mkdtemp, readFile, rm, writeFile } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { dirname, join } = await import('node:path')
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out')
  const glue = join(folder, 'tfjs-backend-wasm-threaded-simd.js')
  const { wasmWorkerContents } = require(join(folder, 'tfjs-backend-wasm-threaded-simd.worker.js')) as {
    wasmWorkerContents: string
  }
  const temporary = await mkdtemp(join(tmpdir(), 'wmnet-'))
  try {
    const worker = join(temporary, 'worker.cjs')
    // Line breaks inside its string literals have come out of a template string unescaped.
    await writeFile(worker, wasmWorkerContents.replace(/\n/g, '\\n'))
    const main = join(temporary, 'main.cjs')
    await writeFile(main, withPool(await readFile(glue, 'utf8'), threads - 1))
    const factory = require(main) as Factory
    const locateFile = (path: string) => (path.endsWith('.worker.js') ? worker : join(folder, path))
    return await withCores(require, 2 * threads, () => factory({ locateFile, mainScriptUrlOrBlob: glue }))
  } finally {
    await rm(temporary, { recursive: true })
  }
}

/** The glue starts eight workers, whatever number of them is used; this one starts those that are. */
function withPool(glue: string, workers: number): string {
  const built = 'var pthreadPoolSize=8;'
  if (!glue.includes(built)) throw new Error("tfjs's threaded module has another pool: wmnet needs version 4.22.0")
  return glue.replace(built, `var pthreadPoolSize=${workers};`)
}

/** The module asks once, while it loads, how many cores there are, and never takes more threads than half of them. */
async function withCores<T>(require: NodeJS.Require, count: number, load: () => Promise<T>): Promise<T> {
  const os = require('node:os') as { cpus: () => readonly unknown[] }
  const original = os.cpus
  os.cpus = () => Array.from({ length: count }, () => original()[0])
  try {
    return await load()
  } finally {
    os.cpus = original
  }
}
