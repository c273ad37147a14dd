import { type Engine, isNode, type Probe, reasonOf } from './engine.ts'
import { loadOptionalPackage } from './optional-package.ts'

interface AdapterInfo {
  readonly vendor?: string
  readonly architecture?: string
  readonly device?: string
  readonly description?: string
  readonly isFallbackAdapter?: boolean
}
interface Adapter {
  readonly info?: AdapterInfo
  readonly isFallbackAdapter?: boolean
}
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>
}

const remedy = 'npm install webgpu, with a graphics driver that offers Vulkan, Metal or Direct3D 12'

/** WebGPU: the browser's own, or Dawn by the npm package `webgpu` in Node. */
export const webgpuEngine: Engine = {
  name: 'webgpu',
  // The GPU found stays: Dawn aborts the process when a second one is made after the first was dropped.
  async probe() {
    const installed = await installGpu()
    return installed.gpu === null ? installed.absent : await probeAdapter(installed.gpu, installed.version)
  },
  async load() {
    await installGpu()
    // The package looks for navigator.gpu while it loads.
    await import('@tensorflow/tfjs-backend-webgpu')
  },
}

/** Software drivers: for checking results, hundreds of times slower than a card. */
function isSoftware(adapter: Adapter): boolean {
  if (adapter.isFallbackAdapter === true || adapter.info?.isFallbackAdapter === true) return true
  return /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|\bcpu\b/i.test(nameOf(adapter))
}

/** What this module put into Node's globals. */
let installedInNode: 'nothing' | 'gpu' | 'navigator' = 'nothing'

/** In Node, removes the navigator.gpu that `installGpu` put there: the process does not exit while it lives. */
export function releaseGpu(): void {
  if (installedInNode === 'gpu') Reflect.deleteProperty(globalThis.navigator, 'gpu')
  if (installedInNode === 'navigator') Reflect.deleteProperty(globalThis, 'navigator')
  installedInNode = 'nothing'
}

type Installed = { readonly gpu: Gpu; readonly version: string } | { readonly gpu: null; readonly absent: Probe }

async function installGpu(): Promise<Installed> {
  const present = currentGpu()
  if (present !== undefined) return { gpu: present, version: 'built in' }
  if (!isNode) return absent('this browser has no WebGPU', null)
  const loaded = await loadOptionalPackage('webgpu')
  switch (loaded.kind) {
    case 'missing':
      return absent('the package webgpu is not installed', remedy)
    case 'broken':
      return absent(`webgpu ${loaded.version} does not load: ${loaded.problem}`, remedy, loaded.version)
    case 'loaded': {
      const { create, globals } = loaded.module as { create(flags: readonly string[]): Gpu; globals: object }
      Object.assign(globalThis, globals)
      const gpu = create([])
      exposeGpu(gpu)
      return { gpu, version: loaded.version }
    }
  }
}

/** As `navigator.gpu`, where tfjs looks for it. Node 20 has no navigator, later ones have one that cannot be replaced. */
function exposeGpu(gpu: Gpu): void {
  if ('navigator' in globalThis) {
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
    installedInNode = 'gpu'
  } else {
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
    installedInNode = 'navigator'
  }
}

async function probeAdapter(gpu: Gpu, version: string): Promise<Probe> {
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
    if (adapter === null) return { available: false, version, problem: 'there is no graphics adapter', remedy: null }
    const software = isSoftware(adapter)
    const description = `${nameOf(adapter)}${software ? ', a software adapter' : ''}`
    return { available: true, version, description, hardware: software ? 'software-gpu' : 'gpu' }
  } catch (thrown) {
    return { available: false, version, problem: `no adapter: ${reasonOf(thrown)}`, remedy: null }
  }
}

function nameOf({ info }: Adapter): string {
  const parts = [info?.vendor, info?.architecture, info?.device, info?.description]
  return parts.filter((part) => part !== undefined && part !== '').join(' ') || 'an adapter without a name'
}

function currentGpu(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu
}

function absent(problem: string, how: string | null, version: string | null = null): Installed {
  return { gpu: null, absent: { available: false, version, problem, remedy: how } }
}

interface Watched {
  readonly device: { addEventListener(type: 'uncapturederror', listener: (event: GpuFault) => void): void }
  read(dataId: object): Promise<unknown>
}
interface GpuFault {
  readonly error?: { readonly message?: string }
}
const watched = new WeakSet<object>()

/**
 * Makes reading a tensor an error from the first operation on that the driver refuses. WebGPU only reports such an operation and goes on, and
 * tfjs does not listen: results that it would have written are zeros, or what a buffer held before.
 */
export function refuseFaultyNumbers(backend: object): void {
  if (watched.has(backend)) return
  watched.add(backend)
  const gpu = backend as Watched
  let fault: string | undefined
  gpu.device.addEventListener('uncapturederror', ({ error }) => {
    fault ??= error?.message?.trim().split('\n')[0] ?? 'no reason given'
  })
  const read = gpu.read.bind(gpu)
  gpu.read = async (dataId) => {
    const values = await read(dataId)
    if (fault !== undefined) throw new Error(`webgpu refused an operation, so that its numbers are wrong: ${fault}`)
    return values
  }
}
