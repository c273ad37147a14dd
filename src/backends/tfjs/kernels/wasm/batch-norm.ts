import { FusedBatchNorm, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core'
import { type BatchNormAttributes, inputOf, kernelNames } from '../shapes.ts'
import { heapOf, type WasmHeap } from '../wasm-heap.ts'

/** Floats of one block of rows: a quarter of the first-level cache, so that all channels pass over it there. */
const blockFloats = 4096

/** x [..., C] as rows of channels. */
function rowsOf(x: TensorInfo): { readonly rows: number; readonly c: number; readonly block: number } {
  const c = x.shape.at(-1) ?? 1
  return { rows: x.shape.reduce((a, b) => a * b, 1) / c, c, block: Math.max(8, Math.floor(blockFloats / c)) }
}

function sum(heap: WasmHeap, x: TensorInfo, y: TensorInfo, rows: number, inner: number, scale: number): void {
  const args = [heap.pointer(x), heap.pointer(y), rows, inner, scale]
  heap.run('sumMiddle', { items: Math.ceil(inner / 64), operations: rows * inner, args })
}

/** [2, C]: Σ a and Σ a·(x − mean) over the rows; a is x − mean where it is null. */
function sumChannels(heap: WasmHeap, a: TensorInfo | null, x: TensorInfo, mean: TensorInfo): TensorInfo {
  const { rows, c, block } = rowsOf(x)
  const blocks = Math.ceil(rows / block)
  const partial = heap.allocate([blocks, 2, c])
  const pointers = [a === null ? 0 : heap.pointer(a), heap.pointer(x), heap.pointer(mean), heap.pointer(partial)]
  heap.run('channelSums', { items: blocks, operations: rows * c, args: [...pointers, rows, c, block] })
  const sums = heap.allocate([2, c])
  sum(heap, partial, sums, blocks, 2 * c, 1)
  heap.dispose(partial)
  return sums
}

const moments: KernelFunc = ({ inputs, backend }) => {
  const heap = heapOf(backend)
  const x = inputOf(inputs, 'x')
  const { rows, c } = rowsOf(x)
  const mean = heap.allocate([c])
  sum(heap, x, mean, rows, c, 1 / rows)
  const sums = sumChannels(heap, null, x, mean)
  const variance = heap.allocate([c])
  heap.run('varianceOfSums', { items: 1, operations: c, args: [heap.pointer(sums), heap.pointer(variance), rows, c] })
  heap.dispose(sums)
  return [mean, variance]
}

const gradient: KernelFunc = ({ inputs, attrs, backend }) => {
  const heap = heapOf(backend)
  const { epsilon } = attrs as unknown as BatchNormAttributes
  const [x, dy] = [inputOf(inputs, 'x'), inputOf(inputs, 'dy')]
  const [mean, variance] = [inputOf(inputs, 'mean'), inputOf(inputs, 'variance')]
  const gamma = inputs.gamma == null ? 0 : heap.pointer(inputOf(inputs, 'gamma'))
  const { rows, c } = rowsOf(x)
  const sums = sumChannels(heap, dy, x, mean)
  const [gammaGrad, betaGrad, coefficients] = [heap.allocate([c]), heap.allocate([c]), heap.allocate([3, c])]
  const results = [heap.pointer(gammaGrad), heap.pointer(betaGrad), heap.pointer(coefficients)]
  const args = [heap.pointer(sums), heap.pointer(variance), gamma, ...results, rows, c, epsilon]
  heap.run('batchNormCoefficients', { items: 1, operations: c, args })
  const dx = heap.allocate(x.shape)
  const pointers = [x, dy, mean, coefficients, dx].map((tensor) => heap.pointer(tensor))
  heap.run('batchNormGrad', { items: rows, operations: rows * c, args: [...pointers, c] })
  heap.dispose(sums)
  heap.dispose(coefficients)
  return [dx, gammaGrad, betaGrad]
}

/** Statistics per channel of the last axis; tfjs's kernel does every other shape of them. */
function normalize(stock: KernelFunc): KernelFunc {
  return (args) => {
    const { varianceEpsilon } = args.attrs as unknown as { varianceEpsilon: number }
    const x = inputOf(args.inputs, 'x')
    const { rows, c } = rowsOf(x)
    const statistics = ['mean', 'variance'].map((name) => inputOf(args.inputs, name))
    const optional = ['scale', 'offset'].map((name) => args.inputs[name] ?? null)
    const perChannel = (tensor: TensorInfo | null) => tensor === null || tensor.shape.join() === `${c}`
    if (![...statistics, ...optional].every(perChannel)) return stock(args)
    const heap = heapOf(args.backend)
    const y = heap.allocate(x.shape)
    const pointers = [...statistics, ...optional].map((tensor) => (tensor === null ? 0 : heap.pointer(tensor)))
    const numbers = [heap.pointer(x), ...pointers, heap.pointer(y), c, varianceEpsilon]
    heap.run('normalize', { items: rows, operations: rows * c, scratch: c, args: numbers })
    return y
  }
}

/** `stock` is tfjs's kernel, which still serves statistics of other shapes. */
export function batchNormKernels(stock: { readonly batchNorm: KernelFunc }): readonly KernelConfig[] {
  return [
    { kernelName: kernelNames.batchNormMoments, backendName: 'wasm', kernelFunc: moments },
    { kernelName: kernelNames.batchNormGrad, backendName: 'wasm', kernelFunc: gradient },
    { kernelName: FusedBatchNorm, backendName: 'wasm', kernelFunc: normalize(stock.batchNorm) },
  ]
}
