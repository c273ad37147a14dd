// Puts the own kernels into tfjs's registry. Stock kernels that are replaced are taken out first: tfjs warns otherwise.
import {
  _FusedMatMul,
  Add,
  AvgPoolGrad,
  BatchMatMul,
  backend,
  Cast,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  env,
  FusedBatchNorm,
  getKernel,
  Identity,
  type KernelConfig,
  type KernelFunc,
  Mean,
  Relu,
  registerKernel,
  StridedSlice,
  Sum,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { boxKernels as cpuBox } from './cpu/box.ts'
import { convKernels as cpuConv } from './cpu/conv.ts'
import { resizeKernels as cpuResize } from './cpu/resize.ts'
import { weightMapKernels as cpuWeightMap } from './cpu/weight-map.ts'
import { convKernels as tensorflowConv } from './tensorflow/conv.ts'
import { batchNormKernels as wasmBatchNorm } from './wasm/batch-norm.ts'
import { boxKernels as wasmBox } from './wasm/box.ts'
import { convKernels as wasmConv } from './wasm/conv.ts'
import { denseKernels as wasmDense } from './wasm/dense.ts'
import { depthwiseKernels as wasmDepthwise } from './wasm/depthwise.ts'
import { elementwiseKernels as wasmElementwise } from './wasm/elementwise.ts'
import { optimizerKernels as wasmOptimizers } from './wasm/optimizers.ts'
import { poolKernels as wasmPool } from './wasm/pool.ts'
import { reduceKernels as wasmReduce } from './wasm/reduce.ts'
import { weightMapKernels as wasmWeightMap } from './wasm/weight-map.ts'
import { openWasmHeap } from './wasm-heap.ts'
import { boxKernels as gpuBox } from './webgpu/box.ts'
import { convKernels as gpuConv } from './webgpu/conv.ts'
import { elementwiseKernels as gpuElementwise } from './webgpu/elementwise.ts'
import { matMulKernels as gpuMatMul } from './webgpu/matmul.ts'
import { weightMapKernels as gpuWeightMap } from './webgpu/weight-map.ts'
import { openGpuDevice } from './webgpu-device.ts'

const registered = new Set<string>()

/** The active backend's kernels of wmMul, box and the gradients that tfjs lacks or has only in a slow form. */
export async function registerOwnKernels(name: keyof typeof ownKernels): Promise<void> {
  if (name === 'wasm') await openWasmHeap(backend())
  if (name === 'webgpu') openGpuDevice(backend())
  if (registered.has(name)) return
  registered.add(name)
  for (const kernel of ownKernels[name]()) replaceKernel(kernel)
}

const ownKernels = {
  wasm: wasmKernels,
  cpu: cpuKernels,
  webgpu: gpuKernels,
  tensorflow: tensorflowKernels,
} as const

function wasmKernels(): readonly KernelConfig[] {
  const conv = wasmConv({ conv: stockKernel(Conv2D, 'wasm'), input: stockKernel(Conv2DBackpropInput, 'wasm') })
  return [
    ...wasmWeightMap,
    ...wasmBox,
    ...conv,
    ...wasmDepthwise,
    ...wasmDense({ matMul: stockKernel(BatchMatMul, 'wasm'), fused: stockKernel(_FusedMatMul, 'wasm') }),
    ...wasmReduce({ sum: stockKernel(Sum, 'wasm'), mean: stockKernel(Mean, 'wasm') }),
    ...wasmPool({ average: stockKernel(AvgPoolGrad, 'wasm') }),
    ...wasmElementwise({
      identity: stockKernel(Identity, 'wasm'),
      cast: stockKernel(Cast, 'wasm'),
      add: stockKernel(Add, 'wasm'),
      relu: stockKernel(Relu, 'wasm'),
    }),
    ...wasmOptimizers,
    ...wasmBatchNorm({ batchNorm: stockKernel(FusedBatchNorm, 'wasm') }),
  ]
}

function cpuKernels(): readonly KernelConfig[] {
  const conv = cpuConv({ filter: stockKernel(Conv2DBackpropFilter, 'cpu') })
  return [...cpuWeightMap, ...cpuBox, ...conv, ...cpuResize]
}

function gpuKernels(): readonly KernelConfig[] {
  // The product form of a convolution's input gradient, not one thread per element.
  env().set('WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE', false)
  return [
    ...gpuWeightMap,
    ...gpuBox,
    ...gpuConv({ filter: stockKernel(Conv2DBackpropFilter, 'webgpu') }),
    ...gpuElementwise,
    ...gpuMatMul({ plain: stockKernel(BatchMatMul, 'webgpu'), fused: stockKernel(_FusedMatMul, 'webgpu') }),
  ]
}

function tensorflowKernels(): readonly KernelConfig[] {
  const stock = (name: string) => stockKernel(name, 'tensorflow')
  return tensorflowConv({ filter: stock(Conv2DBackpropFilter), stridedSlice: stock(StridedSlice) })
}

function stockKernel(kernelName: string, backendName: string): KernelFunc {
  const kernel = getKernel(kernelName, backendName)
  if (!kernel) throw new Error(`tfjs's ${backendName} backend has no ${kernelName}: wmnet needs version 4.22.0`)
  return kernel.kernelFunc
}

function replaceKernel(kernel: KernelConfig): void {
  if (getKernel(kernel.kernelName, kernel.backendName)) unregisterKernel(kernel.kernelName, kernel.backendName)
  registerKernel(kernel)
}
