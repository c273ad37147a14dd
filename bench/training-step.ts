// Images/s of a whole training step (batch 128, cross entropy, Adam) of the paper's small networks, and where its time goes.
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { ops, registerKernels } from '../src/backends/tfjs/ops/index.ts'

type Layer = (x: tf.Tensor4D) => tf.Tensor4D

const batch = 128

function values(shape: readonly number[], scale: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898) * scale),
    [...shape],
  )
}

const weight = (shape: readonly number[], fanIn: number) => tf.variable(values(shape, 2 / Math.sqrt(fanIn)))

function conv(ci: number, co: number, k: number): Layer {
  const f = weight([k, k, ci, co], ci * k * k) as tf.Variable<tf.Rank.R4>
  const bias = weight([co], 1e6)
  return (x) => tf.fused.conv2d({ x, filter: f, strides: 1, pad: 'valid', bias, activation: 'relu' }) as tf.Tensor4D
}

function smooth(size: number, ci: number, co: number, k: number): Layer {
  const w = weight([size, size, ci, co], ci * k * k) as tf.Variable<tf.Rank.R4>
  const bias = weight([size - k + 1, size - k + 1, co], 1e6)
  return (x) => tf.relu(tf.add(ops.box(ops.wmMul(x, w), k, 1, 0), bias)) as tf.Tensor4D
}

function network(layers: readonly Layer[], units: number): () => tf.Scalar {
  const dense = weight([units, 64], units) as tf.Variable<tf.Rank.R2>
  const denseBias = weight([64], 1e6)
  const last = weight([64, 10], 64) as tf.Variable<tf.Rank.R2>
  const lastBias = weight([10], 1e6)
  const images = values([batch, 28, 28, 1], 1) as tf.Tensor4D
  const labels = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % 10),
      'int32',
    ),
    10,
  )
  return () => {
    const features = layers.reduce((x, layer) => layer(x), images)
    const hidden = tf.relu(tf.add(tf.matMul(tf.reshape(features, [batch, units]), dense), denseBias)) as tf.Tensor2D
    const logits = tf.add(tf.matMul(hidden, last), lastBias)
    return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar
  }
}

async function bench(name: string, loss: () => tf.Scalar): Promise<void> {
  const optimizer = tf.train.adam(1e-3)
  const step = () => optimizer.minimize(loss, false)
  for (let i = 0; i < 3; i++) step()
  let best = Number.POSITIVE_INFINITY
  const end = performance.now() + 5000
  while (performance.now() < end) {
    const start = performance.now()
    step()
    best = Math.min(best, performance.now() - start)
  }
  console.log(`${name}: ${best.toFixed(1)} ms per step, ${((batch / best) * 1000).toFixed(0)} images/s`)
  if (process.argv.includes('--profile')) await profile(step, loss)
}

async function profile(step: () => void, loss: () => tf.Scalar): Promise<void> {
  const total = new Map<string, [number, number]>()
  const { kernels } = await tf.profile(step)
  for (const kernel of kernels) {
    const milliseconds = Number(await kernel.kernelTimeMs)
    const [count, sum] = total.get(kernel.name) ?? [0, 0]
    total.set(kernel.name, [count + 1, sum + milliseconds])
  }
  for (const [name, [count, sum]] of [...total].sort((a, b) => b[1][1] - a[1][1]).slice(0, 14)) {
    console.log(`    ${name.padEnd(24)} ${String(count).padStart(4)} ${sum.toFixed(1).padStart(8)} ms`)
  }
  const start = performance.now()
  tf.dispose(tf.variableGrads(loss))
  console.log(`    without the optimizer: ${(performance.now() - start).toFixed(1)} ms`)
}

setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/')
await tf.setBackend('wasm')
await tf.ready()
await registerKernels('wasm')
await bench('CNN 33-33-8', network([conv(1, 33, 3), conv(33, 33, 3), conv(33, 8, 3)], 22 * 22 * 8))
tf.disposeVariables()
await bench(
  'smooth WM 32-32-8',
  network([smooth(28, 1, 32, 3), smooth(26, 32, 32, 3), smooth(24, 32, 8, 3)], 22 * 22 * 8),
)
