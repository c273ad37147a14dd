// The only file that knows tfjs-backend-wasm's internals (4.22.0, pinned): `wasm.asm.memory` (threaded: `wasm.wasmMemory`),
// `wasm._malloc`, `wasm._free`, `dataIdMap` and `makeOutput`. Own kernels run in the same heap, so no tensor is ever copied.
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import { sharedWasmModule, wasmModule } from './wasm-module.ts'
import { createKernelPool, type KernelPool } from './wasm-pool.ts'

/** What assembly/ exports. */
const kernelFunctions = [
  'adamStep',
  'batchNormCoefficients',
  'batchNormGrad',
  'box',
  'channelSums',
  'convFilterGrad',
  'denseMul',
  'depthwiseGrad',
  'maxPoolGrad',
  'normalize',
  'addToRows',
  'relu',
  'reluGrad',
  'rmspropStep',
  'rotateFilter',
  'segmentSum',
  'sgdStep',
  'spread',
  'sumMiddle',
  'varianceOfSums',
  'wmMul',
  'wmMulGradW',
  'wmMulGradX',
] as const
export type KernelFunction = (typeof kernelFunctions)[number]

/** Items [first, last) of the work; pointers in bytes, sizes in elements, flags as 0 or 1. */
export type WasmKernels = Readonly<
  Record<KernelFunction, (first: number, last: number, scratch: number, ...args: readonly number[]) => void>
>

/** The work of one kernel function. */
export interface KernelWork {
  /** What the function counts as items: images, pixels, groups of rows. */
  readonly items: number
  /** About how many multiply–adds, or moves of an element, all of it takes: little work is not worth waking threads for. */
  readonly operations: number
  /** Floats of dirty memory that the function needs beside its arrays. */
  readonly scratch?: number
  readonly args: readonly number[]
}

/** tfjs's wasm backend as a heap of float32 arrays, and the own kernels bound to that heap. */
export interface WasmHeap {
  /** How many threads `run` uses: all there are, or 1. */
  threads: number
  /** All items, on this thread or split over all. */
  run(kernel: KernelFunction, work: KernelWork): void
  /** Byte offset of the first element of a tensor, which must be of that type: the kernels compute on float32. */
  pointer(tensor: TensorInfo, dtype?: 'float32' | 'int32'): number
  /** A new tensor. Its elements are whatever the memory held before. */
  allocate(shape: readonly number[]): TensorInfo
  /** The same elements once more: the memory goes when both are disposed of. Kernels do not write to their inputs. */
  share(tensor: TensorInfo): TensorInfo
  /** A tensor for a result that may overwrite `tensor`: the same memory, unless another tensor shares it. */
  reuse(tensor: TensorInfo): TensorInfo
  dispose(tensor: TensorInfo): void
}

interface WasmInternals {
  readonly wasm: {
    readonly asm: { readonly memory?: WebAssembly.Memory }
    /** Of the threaded build alone, as is PThread. */
    readonly wasmMemory?: WebAssembly.Memory
    readonly tfjs: { getThreadsCount(): number }
    _malloc(bytes: number): number
    _free(pointer: number): void
  }
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } }
  refCount(dataId: object): number
  makeOutput(shape: number[], dtype: DataType): TensorInfo
  disposeData(dataId: object): boolean
  incRef(dataId: object): void
}

const heaps = new WeakMap<object, WasmHeap>()

/** Below this many operations a call costs less on one thread than waking the others does, some 20 µs. */
const threadedOperations = 100_000

/**
 * Compiles the own kernels into the heap of `backend`, with as many threads as the backend has. Once per backend instance.
 * @throws Error (a bug: another version of tfjs) where the internals are not what 4.22.0 has.
 */
export async function openWasmHeap(backend: KernelBackend): Promise<void> {
  if (heaps.has(backend)) return
  if (!hasInternals(backend)) {
    throw new Error('tfjs-backend-wasm lacks its memory, dataIdMap or makeOutput: wmnet needs version 4.22.0')
  }
  const { wasmMemory, asm, tfjs } = backend.wasm
  const memory = wasmMemory ?? asm.memory
  if (!memory) throw new Error('tfjs-backend-wasm has no memory')
  const module = await WebAssembly.compile(decodeBase64(wasmMemory ? sharedWasmModule : wasmModule))
  const kernels = (await WebAssembly.instantiate(module, { env: { memory } })).exports as unknown as WasmKernels
  const threads = wasmMemory ? tfjs.getThreadsCount() : 1
  const pool = threads > 1 ? await createKernelPool(threads, module, memory, kernels) : null
  heaps.set(backend, createHeap(backend, kernels, pool))
}

/** The heap that `openWasmHeap` made. */
export function heapOf(backend: unknown): WasmHeap {
  const heap = typeof backend === 'object' && backend !== null ? heaps.get(backend) : undefined
  if (!heap) throw new Error('registerKernels was not awaited for this wasm backend')
  return heap
}

function hasInternals(backend: object): backend is WasmInternals {
  const candidate = backend as Partial<WasmInternals>
  return (
    candidate.wasm !== undefined &&
    (candidate.wasm.wasmMemory ?? candidate.wasm.asm?.memory) instanceof WebAssembly.Memory &&
    typeof candidate.wasm.tfjs?.getThreadsCount === 'function' &&
    typeof candidate.wasm._malloc === 'function' &&
    typeof candidate.wasm._free === 'function' &&
    typeof candidate.dataIdMap?.get === 'function' &&
    typeof candidate.makeOutput === 'function' &&
    typeof candidate.disposeData === 'function' &&
    typeof candidate.incRef === 'function' &&
    typeof candidate.refCount === 'function'
  )
}

function createHeap(backend: WasmInternals, kernels: WasmKernels, pool: KernelPool | null): WasmHeap {
  const share = (tensor: TensorInfo): TensorInfo => {
    backend.incRef(tensor.dataId)
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype }
  }
  const allocate = (shape: readonly number[]) => backend.makeOutput([...shape], 'float32')
  return {
    threads: pool?.threads ?? 1,
    run(kernel, { items, operations, scratch = 0, args }) {
      const threaded = pool !== null && this.threads > 1 && items > 1 && operations >= threadedOperations ? pool : null
      const pointer = scratch === 0 ? 0 : allocateScratch(backend, scratch * (threaded?.threads ?? 1))
      if (threaded === null) kernels[kernel](0, items, pointer, ...args)
      else threaded.run(kernel, items, pointer, scratch * 4, args)
      if (pointer !== 0) backend.wasm._free(pointer)
    },
    pointer(tensor, dtype = 'float32') {
      if (tensor.dtype !== dtype) throw new Error(`a wasm kernel takes ${dtype}, not ${tensor.dtype}`)
      return backend.dataIdMap.get(tensor.dataId).memoryOffset
    },
    allocate,
    share,
    reuse: (tensor) => (backend.refCount(tensor.dataId) === 1 ? share(tensor) : allocate(tensor.shape)),
    dispose: (tensor) => void backend.disposeData(tensor.dataId),
  }
}

function allocateScratch(backend: WasmInternals, floats: number): number {
  // malloc returns a signed 32-bit integer, of which addresses above 2 GB need the unsigned value.
  const pointer = backend.wasm._malloc(floats * 4) >>> 0
  if (pointer === 0) throw new Error(`the wasm heap has no room for ${floats * 4} bytes`)
  return pointer
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
