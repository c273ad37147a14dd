// The only file that knows tfjs-backend-webgpu's internals (4.22.0, pinned): `runWebGPUProgram`, what a program is,
// `makeTensorInfo`, `disposeData`, `refCount`, and `tensorMap` with the buffer of each tensor.
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/** A compute shader in 64-wide workgroups, and what one run of it needs. */
export interface GpuRun {
  /**
   * WGSL with `fn main(index : i32)`; 64 indices in a row are one workgroup. It reads the inputs by their names and
   * `uniforms.…`, and writes `result`. The last workgroups may lie beyond what the result needs.
   */
  readonly code: string
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly integers?: Readonly<Record<string, number>>
  readonly floats?: Readonly<Record<string, number>>
  readonly workgroups: number
  /** Elements that one entry of the input and output arrays holds: f32 or vec4<f32>. */
  readonly component?: 1 | 4
}

/** tfjs's webgpu backend as something that runs own shaders. */
export interface GpuDevice {
  /** A new tensor that the shader fills. */
  create(shape: readonly number[], run: GpuRun): TensorInfo
  /** The shader reads and writes `result`, which must come from `takeOver`. */
  update(result: TensorInfo, run: GpuRun): void
  /** The memory of a tensor under a new identity, so that it may be written: the old tensor is dead. A copy where it is shared. */
  takeOver(tensor: TensorInfo): TensorInfo
  dispose(tensor: TensorInfo): void
}

export const workgroupSize = 64

interface Uniform {
  readonly type: 'int32' | 'float32'
  readonly data: number[]
}

interface TensorData {
  resource?: object | null
  values?: unknown
}

interface WebGpuInternals {
  runWebGPUProgram(
    program: object,
    inputs: TensorInfo[],
    dtype: DataType,
    uniforms: Uniform[],
    output?: TensorInfo,
  ): TensorInfo
  makeTensorInfo(shape: number[], dtype: DataType): TensorInfo
  uploadToGPU(dataId: object): void
  disposeData(dataId: object): boolean
  refCount(dataId: object): number
  readonly tensorMap: { get(dataId: object): TensorData }
}

const devices = new WeakMap<object, GpuDevice>()

/** @throws Error (a bug: another version of tfjs) where the internals are not what 4.22.0 has. */
export function openGpuDevice(backend: KernelBackend): void {
  if (devices.has(backend)) return
  if (!hasInternals(backend)) {
    throw new Error('tfjs-backend-webgpu lacks runWebGPUProgram or tensorMap: wmnet needs version 4.22.0')
  }
  devices.set(backend, createDevice(backend))
}

/** The device that `openGpuDevice` made. */
export function deviceOf(backend: unknown): GpuDevice {
  const device = typeof backend === 'object' && backend !== null ? devices.get(backend) : undefined
  if (!device) throw new Error('registerKernels was not awaited for this webgpu backend')
  return device
}

function hasInternals(backend: object): backend is WebGpuInternals {
  const candidate = backend as Partial<WebGpuInternals>
  return (
    typeof candidate.runWebGPUProgram === 'function' &&
    typeof candidate.makeTensorInfo === 'function' &&
    typeof candidate.uploadToGPU === 'function' &&
    typeof candidate.disposeData === 'function' &&
    typeof candidate.refCount === 'function' &&
    typeof candidate.tensorMap?.get === 'function'
  )
}

function createDevice(backend: WebGpuInternals): GpuDevice {
  const run = (shape: readonly number[], run: GpuRun, output?: TensorInfo) =>
    backend.runWebGPUProgram(
      programOf(shape, run),
      Object.values(run.inputs),
      'float32',
      [...uniformsOf('int32', run.integers), ...uniformsOf('float32', run.floats)],
      output,
    )
  return {
    create: (shape, each) => run(shape, each),
    update: (result, each) => void run(result.shape, each, result),
    takeOver(tensor) {
      if (backend.refCount(tensor.dataId) > 1) return run(tensor.shape, copyOf(tensor))
      backend.uploadToGPU(tensor.dataId)
      const old = backend.tensorMap.get(tensor.dataId)
      const taken = backend.makeTensorInfo([...tensor.shape], tensor.dtype)
      // Values that were read, or are just being read, are cached with the old identity: they would be stale here.
      backend.tensorMap.get(taken.dataId).resource = old.resource ?? null
      old.resource = null
      old.values = null
      return taken
    },
    dispose: (tensor) => void backend.disposeData(tensor.dataId),
  }
}

/** The code is its own key in tfjs's cache of pipelines, so nothing that changes it can be left out. */
function programOf(outputShape: readonly number[], { code, inputs, integers, floats, ...run }: GpuRun): object {
  const component = run.component ?? 1
  return {
    outputShape: [...outputShape],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [run.workgroups, 1, 1],
    workgroupSize: [workgroupSize, 1, 1],
    variableNames: Object.keys(inputs),
    outputComponent: component,
    variableComponents: Object.keys(inputs).map(() => component),
    uniforms: [...declarations(integers, 'i32'), ...declarations(floats, 'f32')].join(' '),
    shaderKey: `wmnet_${component}_${code}`,
    getUserCode: () => code,
  }
}

const declarations = (numbers: GpuRun['integers'], type: string) =>
  Object.keys(numbers ?? {}).map((name) => `${name} : ${type},`)

function uniformsOf(type: Uniform['type'], numbers: GpuRun['integers']): Uniform[] {
  return Object.values(numbers ?? {}).map((value) => ({ type, data: [value] }))
}

function copyOf(tensor: TensorInfo): GpuRun {
  const size = tensor.shape.reduce((a, b) => a * b, 1)
  return {
    code: 'fn main(index : i32) { if (index < uniforms.count) { result[index] = source[index]; } }',
    inputs: { source: tensor },
    integers: { count: size },
    workgroups: Math.ceil(size / workgroupSize),
  }
}
