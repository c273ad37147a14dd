import { Add, Cast, Identity, type KernelConfig, type KernelFunc, Relu } from '@tensorflow/tfjs-core'
import { inputOf, kernelNames } from '../shapes.ts'
import { heapOf } from '../wasm-heap.ts'

const reluGrad: KernelFunc = ({ inputs, backend }) => {
  const heap = heapOf(backend)
  const dy = inputOf(inputs, 'dy')
  const y = inputOf(inputs, 'y')
  const dx = heap.allocate(y.shape)
  const count = y.shape.reduce((a, b) => a * b, 1)
  heap.run('reluGrad', {
    items: Math.ceil(count / 4),
    operations: count,
    args: [heap.pointer(dy), heap.pointer(y), heap.pointer(dx), count],
  })
  return dx
}

/** tfjs's kernel takes one thread. */
function relu(stock: KernelFunc): KernelFunc {
  return (args) => {
    if (args.inputs.x?.dtype !== 'float32') return stock(args)
    const heap = heapOf(args.backend)
    const x = inputOf(args.inputs, 'x')
    const y = heap.allocate(x.shape)
    const count = x.shape.reduce((a, b) => a * b, 1)
    heap.run('relu', {
      items: Math.ceil(count / 4),
      operations: count,
      args: [heap.pointer(x), heap.pointer(y), count],
    })
    return y
  }
}

/** What ends in the other's shape gets it added, row by row: the biases. tfjs's kernel, on one thread, does the rest. */
function add(stock: KernelFunc): KernelFunc {
  return (args) => {
    const { a, b } = args.inputs
    if (a?.dtype !== 'float32' || b?.dtype !== 'float32') return stock(args)
    const rank = b.shape.length
    const count = a.shape.reduce((x, y) => x * y, 1)
    if (rank === 0 || count === 0 || a.shape.slice(-rank).join() !== b.shape.join()) return stock(args)
    const heap = heapOf(args.backend)
    const y = heap.allocate(a.shape)
    const inner = b.shape.reduce((x, y) => x * y, 1)
    heap.run('addToRows', {
      items: count / inner,
      operations: count,
      args: [heap.pointer(a), heap.pointer(b), heap.pointer(y), inner, 0],
    })
    return y
  }
}

/** tfjs copies every tensor that it saves for a gradient. */
function identity(stock: KernelFunc): KernelFunc {
  return (args) => {
    const x = args.inputs.x
    return !x || x.dtype === 'string' ? stock(args) : heapOf(args.backend).share(x)
  }
}

/** tfjs copies where there is nothing to cast. */
function cast(stock: KernelFunc): KernelFunc {
  return (args) => {
    const x = args.inputs.x
    const { dtype } = args.attrs as unknown as { dtype: string }
    return !x || x.dtype !== dtype || dtype === 'string' ? stock(args) : heapOf(args.backend).share(x)
  }
}

/** `stock` are tfjs's kernels, which still serve other types, other broadcasts and real casts. */
export function elementwiseKernels(stock: {
  readonly identity: KernelFunc
  readonly cast: KernelFunc
  readonly add: KernelFunc
  readonly relu: KernelFunc
}): readonly KernelConfig[] {
  return [
    { kernelName: kernelNames.reluGrad, backendName: 'wasm', kernelFunc: reluGrad },
    { kernelName: Relu, backendName: 'wasm', kernelFunc: relu(stock.relu) },
    { kernelName: Add, backendName: 'wasm', kernelFunc: add(stock.add) },
    { kernelName: Identity, backendName: 'wasm', kernelFunc: identity(stock.identity) },
    { kernelName: Cast, backendName: 'wasm', kernelFunc: cast(stock.cast) },
  ]
}
