// Where few workgroups share a long product (2,000 terms and more: a dense layer after a flatten), tfjs splits it and adds the
// parts with atomics, in another order in every run. These kernels make it take another of its programs there.
import { _FusedMatMul, BatchMatMul, env, type KernelConfig, type KernelFunc } from '@tensorflow/tfjs-core'
import { inputOf } from '../shapes.ts'

/** tfjs's MatMulProgramType: tiles of 8 × 8 and 32 × 32 results. */
const smallTiles = 2
const largeTiles = 3

/** The workgroups of 32 × 32 results up to which tfjs thinks of more, on the hardware for which it wants most. */
const fewWorkgroups = 32

/** The sizes of a product for which tfjs may split the terms, as [rows, columns]; null for others. */
function splitSizes({ inputs, attrs }: Parameters<KernelFunc>[0]): readonly [number, number] | null {
  const a = inputOf(inputs, 'a')
  const b = inputOf(inputs, 'b')
  const { transposeA = false, transposeB = false } = attrs as { transposeA?: boolean; transposeB?: boolean }
  if ([a, b].some(({ shape }) => shape.slice(0, -2).some((size) => size !== 1))) return null
  const [first = 0, second = 0] = a.shape.slice(-2)
  const [terms, rows] = transposeA ? [first, second] : [second, first]
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 0
  return terms >= 2000 ? [rows, columns] : null
}

function inOneOrder(stock: KernelFunc): KernelFunc {
  return (args) => {
    const sizes = splitSizes(args)
    // Up to 128 results it sums each by a tree in one workgroup.
    if (sizes === null || sizes[0] * sizes[1] <= 128) return stock(args)
    const workgroups = Math.ceil(sizes[0] / 32) * Math.ceil(sizes[1] / 32)
    const flag = 'WEBGPU_MATMUL_PROGRAM_TYPE'
    const before = env().getNumber(flag)
    env().set(flag, workgroups <= fewWorkgroups ? smallTiles : largeTiles)
    try {
      return stock(args)
    } finally {
      env().set(flag, before)
    }
  }
}

export function matMulKernels(stock: {
  readonly plain: KernelFunc
  readonly fused: KernelFunc
}): readonly KernelConfig[] {
  return [
    { kernelName: BatchMatMul, backendName: 'webgpu', kernelFunc: inOneOrder(stock.plain) },
    { kernelName: _FusedMatMul, backendName: 'webgpu', kernelFunc: inOneOrder(stock.fused) },
  ]
}
