import { _FusedMatMul, BatchMatMul, type KernelConfig, type KernelFunc } from '@tensorflow/tfjs-core'
import { inputOf } from '../shapes.ts'
import { heapOf } from '../wasm-heap.ts'

const floatBytes = 4
/** Packing room of `denseMul`: 128·256 + 256·8 floats. */
const scratchFloats = 128 * 256 + 256 * 8

interface Operand {
  readonly batch: number
  readonly rows: number
  readonly columns: number
  /** Bytes between neighbours of a row and of a column, as the product sees the operand. */
  readonly rowStride: number
  readonly columnStride: number
}

function operandOf(shape: readonly number[], transposed: boolean): Operand {
  const [inner = 0, outer = 0] = [...shape].reverse()
  const batch = shape.slice(0, -2).reduce((a, b) => a * b, 1)
  const row = inner * floatBytes
  if (transposed) return { batch, rows: inner, columns: outer, rowStride: floatBytes, columnStride: row }
  return { batch, rows: outer, columns: inner, rowStride: row, columnStride: floatBytes }
}

/** Operands with equal batches; everything that broadcasts goes to tfjs's kernel. */
function multiply(stock: KernelFunc): KernelFunc {
  return (args) => {
    const heap = heapOf(args.backend)
    const { transposeA, transposeB } = args.attrs as unknown as { transposeA: boolean; transposeB: boolean }
    const left = inputOf(args.inputs, 'a')
    const right = inputOf(args.inputs, 'b')
    const outer = left.shape.slice(0, -2)
    const a = operandOf(left.shape, transposeA)
    const b = operandOf(right.shape, transposeB)
    if (outer.join() !== right.shape.slice(0, -2).join() || a.columns !== b.rows) return stock(args)
    const c = heap.allocate([...outer, a.rows, b.columns])
    for (let i = 0; i < a.batch; i++) {
      heap.run('denseMul', {
        items: Math.ceil(a.rows / 4),
        operations: a.rows * a.columns * b.columns,
        scratch: scratchFloats,
        args: [
          heap.pointer(left) + i * a.rows * a.columns * floatBytes,
          heap.pointer(right) + i * b.rows * b.columns * floatBytes,
          heap.pointer(c) + i * a.rows * b.columns * floatBytes,
          ...[a.rows, b.columns, a.columns, a.rowStride, a.columnStride, b.rowStride, b.columnStride],
        ],
      })
    }
    return c
  }
}

/** A product, a bias [n] and relu or nothing. tfjs's kernel packs the weights anew for every step, and serves everything else. */
function multiplyAndAdd(product: KernelFunc, stock: KernelFunc): KernelFunc {
  return (args) => {
    const { a, b, bias } = args.inputs
    const { activation, transposeB } = args.attrs as unknown as { activation: string | null; transposeB: boolean }
    const isPlain = activation == null || activation === 'linear' || activation === 'relu'
    if (!isPlain || a?.dtype !== 'float32' || b?.dtype !== 'float32' || bias?.shape.length !== 1) return stock(args)
    const inner = operandOf(b.shape, transposeB).columns
    if (bias.shape[0] !== inner) throw new Error(`a bias [${bias.shape}] does not fit a product with ${inner} columns`)
    const c = product(args)
    if (Array.isArray(c)) throw new Error(`a product gave ${c.length} tensors`)
    const count = c.shape.reduce((x, y) => x * y, 1)
    const heap = heapOf(args.backend)
    heap.run('addToRows', {
      items: inner === 0 ? 0 : count / inner,
      operations: count,
      args: [heap.pointer(c), heap.pointer(bias), heap.pointer(c), inner, activation === 'relu' ? 1 : 0],
    })
    return c
  }
}

/** `stock` are tfjs's kernels, which still serve broadcasting and other activations. */
export function denseKernels(stock: {
  readonly matMul: KernelFunc
  readonly fused: KernelFunc
}): readonly KernelConfig[] {
  const product = multiply(stock.matMul)
  return [
    { kernelName: BatchMatMul, backendName: 'wasm', kernelFunc: product },
    { kernelName: _FusedMatMul, backendName: 'wasm', kernelFunc: multiplyAndAdd(product, stock.fused) },
  ]
}
