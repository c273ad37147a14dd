// Bias gradients, batch normalisation and global pooling sum over all axes but the last ones.
import { type KernelConfig, type KernelFunc, Mean, Sum, UnsortedSegmentSum, util } from '@tensorflow/tfjs-core'
import { inputOf } from '../shapes.ts'
import { heapOf } from '../wasm-heap.ts'

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Sums float32 over one run of axes that ends before the last; tfjs's kernel does everything else. */
function reduce(stock: KernelFunc, mean: boolean): KernelFunc {
  return (args) => {
    const x = args.inputs.x
    const { axis, keepDims } = args.attrs as unknown as { axis: number | number[]; keepDims: boolean }
    if (x?.dtype !== 'float32' || axis === undefined) return stock(args)
    const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b)
    const first = axes[0] ?? 0
    const after = first + axes.length
    const isRun = axes.every((a, i) => a === first + i)
    const rows = sizeOf(x.shape.slice(first, after))
    if (axes.length === 0 || !isRun || after >= x.shape.length || rows === 0) return stock(args)
    const heap = heapOf(args.backend)
    const [before, rest] = [x.shape.slice(0, first), x.shape.slice(after)]
    const y = heap.allocate([...before, ...(keepDims ? axes.map(() => 1) : []), ...rest])
    const inner = sizeOf(rest)
    heap.run('sumMiddle', {
      items: sizeOf(before) * Math.ceil(inner / 64),
      operations: sizeOf(x.shape),
      args: [heap.pointer(inputOf(args.inputs, 'x')), heap.pointer(y), rows, inner, mean ? 1 / rows : 1],
    })
    return y
  }
}

/** The gradient of tf.gather, which tfjs's wasm backend lacks. Segments are of the first axis, with ids of rank 1. */
const segmentSum: KernelFunc = ({ inputs, attrs, backend }) => {
  const heap = heapOf(backend)
  const { numSegments } = attrs as unknown as { numSegments: number }
  const x = inputOf(inputs, 'x')
  const ids = inputs.segmentIds
  if (ids?.shape.length !== 1 || ids.shape[0] !== x.shape[0]) {
    throw new Error(`segment ids [${ids?.shape}] do not belong to the rows of [${x.shape}]`)
  }
  const inner = x.shape.slice(1)
  const y = heap.allocate([numSegments, ...inner])
  const pointers = [heap.pointer(x), heap.pointer(ids, 'int32'), heap.pointer(y)]
  heap.run('segmentSum', {
    items: 1,
    operations: sizeOf(x.shape),
    args: [...pointers, sizeOf(ids.shape), sizeOf(inner), numSegments],
  })
  return y
}

/** `stock` are tfjs's kernels, which still serve the other axes and types. */
export function reduceKernels(stock: { readonly sum: KernelFunc; readonly mean: KernelFunc }): readonly KernelConfig[] {
  return [
    { kernelName: Sum, backendName: 'wasm', kernelFunc: reduce(stock.sum, false) },
    { kernelName: Mean, backendName: 'wasm', kernelFunc: reduce(stock.mean, true) },
    { kernelName: UnsortedSegmentSum, backendName: 'wasm', kernelFunc: segmentSum },
  ]
}
