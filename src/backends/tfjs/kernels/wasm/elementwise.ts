import { Cast, Identity, type KernelConfig, type KernelFunc } from '@tensorflow/tfjs-core'
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

/** `stock` are tfjs's kernels, which still serve strings and real casts. */
export function elementwiseKernels(stock: {
  readonly identity: KernelFunc
  readonly cast: KernelFunc
}): readonly KernelConfig[] {
  return [
    { kernelName: kernelNames.reluGrad, backendName: 'wasm', kernelFunc: reluGrad },
    { kernelName: Identity, backendName: 'wasm', kernelFunc: identity(stock.identity) },
    { kernelName: Cast, backendName: 'wasm', kernelFunc: cast(stock.cast) },
  ]
}
