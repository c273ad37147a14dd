// GFLOP/s of the kernels on one backend (argument, wasm by default), and the images/s of whole training steps.
// Figures of one machine: only ratios of one run mean anything.
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { ops, registerKernels } from '../src/backends/tfjs/ops/index.ts'

type Backend = 'wasm' | 'cpu'

const backend: Backend = process.argv[2] === 'cpu' ? 'cpu' : 'wasm'
const batch = backend === 'cpu' ? 2 : 128

function waves(shape: readonly number[]): tf.Tensor4D {
  const size = shape.reduce((a, b) => a * b)
  return tf.tensor4d(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7)),
    [...shape] as [number, number, number, number],
  )
}

/** Best time of repeated runs, in seconds. */
async function time(run: () => tf.Tensor): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  const end = performance.now() + 600
  do {
    const start = performance.now()
    const result = run()
    await result.data()
    best = Math.min(best, performance.now() - start)
    result.dispose()
  } while (performance.now() < end)
  return best / 1000
}

async function report(name: string, flops: number, run: () => tf.Tensor): Promise<void> {
  const seconds = await time(run)
  console.log(
    `${name.padEnd(44)} ${(seconds * 1000).toFixed(2).padStart(9)} ms ${(flops / seconds / 1e9).toFixed(2).padStart(7)} GFLOP/s`,
  )
}

async function benchWeightMap(size: number, ci: number, co: number): Promise<void> {
  const x = waves([batch, size, size, ci])
  const w = waves([size, size, ci, co])
  const dy = waves([batch, size, size, co])
  const flops = 2 * batch * size * size * ci * co
  const run = (name: string, inputs: Record<string, tf.Tensor>) => tf.engine().runKernel(name, inputs) as tf.Tensor
  const label = `${size}x${size} ${ci}->${co}`
  await report(`WmMul ${label}`, flops, () => run('WmMul', { x, w }))
  await report(`WmMulGradX ${label}`, flops, () => run('WmMulGradX', { dy, w }))
  await report(`WmMulGradW ${label}`, flops, () => run('WmMulGradW', { x, dy }))
  tf.dispose([x, w, dy])
}

async function benchBox(size: number, c: number, k: number, padding: number): Promise<void> {
  const x = waves([batch, size, size, c])
  const adds = 2 * (k - 1) * x.size
  await report(`Box ${size}x${size}x${c} k=${k} p=${padding} (separable adds)`, adds, () => ops.box(x, k, 1, padding))
  x.dispose()
}

async function benchConv(size: number, ci: number, co: number, k: number, stride: number, pad: number): Promise<void> {
  const x = waves([batch, size, size, ci])
  const f = waves([k, k, ci, co])
  const y = tf.conv2d(x, f, stride, pad, 'NHWC', 1, 'floor')
  const flops = 2 * y.size * k * k * ci
  const label = `${size}x${size} ${ci}->${co} k=${k} s=${stride} p=${pad}`
  const attrs = {
    strides: [stride, stride],
    pad,
    dataFormat: 'NHWC',
    dimRoundingMode: 'floor',
    filterShape: f.shape,
    inputShape: x.shape,
  }
  const run = (name: string, inputs: Record<string, tf.Tensor>) =>
    tf.engine().runKernel(name, inputs, attrs as unknown as Record<string, never>) as tf.Tensor
  await report(`Conv2D ${label}`, flops, () => tf.conv2d(x, f, stride, pad, 'NHWC', 1, 'floor'))
  await report(`Conv2DBackpropFilter ${label}`, flops, () => run('Conv2DBackpropFilter', { x, dy: y }))
  await report(`Conv2DBackpropInput ${label}`, flops, () => run('Conv2DBackpropInput', { dy: y, filter: f }))
  tf.dispose([x, f, y])
}

setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/')
await tf.setBackend(backend)
await tf.ready()
await registerKernels(backend)
for (const [size, ci, co] of [
  [28, 1, 32],
  [26, 32, 32],
  [24, 32, 8],
  [26, 33, 33],
  [14, 64, 64],
] as const) {
  await benchWeightMap(size, ci, co)
}
await benchBox(26, 32, 3, 0)
await benchBox(28, 32, 3, 1)
await benchBox(28, 32, 9, 4)
await benchBox(28, 8, 3, 1)
for (const [ci, co, k, s, p] of [
  [1, 32, 3, 1, 0],
  [32, 32, 3, 1, 0],
  [33, 33, 3, 1, 0],
  [33, 8, 3, 1, 0],
  [32, 32, 3, 2, 1],
  [33, 33, 9, 1, 3],
  [32, 32, 1, 1, 0],
] as const) {
  await benchConv(28, ci, co, k, s, p)
}
