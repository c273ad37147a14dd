// Threads split the work and never a sum: every kernel gives the same bits with two threads and with one.
import { createHash } from 'node:crypto'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBackend } from '../../src/backends/tfjs/index.ts'
import { heapOf } from '../../src/backends/tfjs/kernels/wasm-heap.ts'
import { fuseBatchNorm } from '../../src/backends/tfjs/ops/batch-norm.ts'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { adam } from '../../src/training/optimizers/adam.ts'
import { noise } from './float64.ts'

const heap = () => heapOf(tf.backend())

beforeAll(() => startBackend('wasm', { threads: 2 }))
afterAll(() => {
  heap().threads = 2
})

const tensor = (shape: readonly number[], seed: number) => tf.tensor(noise(shape, seed), [...shape])
const x4 = (size: number, channels: number, batch = 37) => tensor([batch, size, size, channels], 1) as tf.Tensor4D

function gradientsOf(f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor[] {
  const y = f(a, b)
  return [y, ...tf.grads(f)([a, b], tensor(y.shape, 9))]
}

function gradientOf(f: (a: tf.Tensor) => tf.Tensor, a: tf.Tensor): tf.Tensor[] {
  const y = f(a)
  return [y, tf.grad(f)(a, tensor(y.shape, 9))]
}

const works: Record<string, () => tf.Tensor[]> = {
  wmMul: () =>
    gradientsOf((x, w) => ops.wmMul(x as tf.Tensor4D, w as tf.Tensor4D), x4(13, 33), tensor([13, 13, 33, 7], 2)),
  box: () => gradientOf((x) => ops.box(x as tf.Tensor4D, 3, 2, 1), x4(23, 7)),
  conv: () =>
    gradientsOf(
      (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'),
      x4(21, 7),
      tensor([3, 3, 7, 33], 2),
    ),
  depthwise: () =>
    gradientsOf(
      (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'),
      x4(15, 7),
      tensor([3, 3, 7, 1], 2),
    ),
  'max pool': () => gradientOf((x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same'), x4(31, 7)),
  matMul: () =>
    gradientsOf((a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), tensor([67, 300], 1), tensor([300, 33], 2)),
  dense: () =>
    gradientsOf(
      (x, w) =>
        tf.fused.matMul({
          a: x as tf.Tensor2D,
          b: w as tf.Tensor2D,
          bias: tensor([65], 3) as tf.Tensor1D,
          activation: 'relu',
        }),
      tensor([67, 300], 1),
      tensor([300, 65], 2),
    ),
  'sum, relu': () => [
    tf.sum(x4(33, 65), [0]),
    ...gradientsOf((x, b) => tf.relu(tf.add(x, b)), x4(33, 7), tensor([7], 2)),
  ],
  batchnorm: () => {
    const layer = tfl.layers.batchNormalization()
    fuseBatchNorm(layer)
    layer.build([null, 33, 33, 7])
    const result = gradientsOf(
      (x, b) => tf.add(layer.call(x, { training: true }) as tf.Tensor, b),
      x4(33, 7),
      tensor([7], 2),
    )
    return [...result, ...layer.getWeights()]
  },
  adam: () => {
    const optimizer = adam.create({ lr: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, tf)
    const variable = tf.variable(tensor([50_003], 1))
    for (let i = 0; i < 3; i++) optimizer.step([variable], { [variable.name]: tensor([50_003], 5 + i) })
    return [variable]
  },
}

it('runs with two threads', () => expect(heap().threads).toBe(2))

it('starts no worker that is not used', () => {
  const { wasm } = tf.backend() as unknown as { wasm: { PThread: Record<string, readonly unknown[]> } }
  expect(wasm.PThread.runningWorkers).toHaveLength(1)
  expect(wasm.PThread.unusedWorkers).toHaveLength(0)
})

it.each(Object.keys(works))('%s', async (name) => {
  const run = async (threads: number) => {
    heap().threads = threads
    // Bytes as one text: deep equality of long arrays takes seconds.
    const arrays = await Promise.all((works[name]?.() ?? []).map((result) => result.data<'float32'>()))
    return arrays.map((array) => createHash('sha256').update(new Uint8Array(array.buffer)).digest('hex'))
  }
  const single = await run(1)
  expect(single.length).toBeGreaterThan(0)
  for (let again = 0; again < 5; again++) expect(await run(2)).toEqual(single)
})

it('answers every one of many short calls', () => {
  heap().threads = 2
  const a = tensor([400_000], 1)
  for (let i = 0; i < 2000; i++) tf.dispose(tf.engine().runKernel('ReluGrad', { dy: a, y: a }))
}, 60_000)
