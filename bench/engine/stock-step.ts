// The paper's small networks (table 1) in stock tfjs operations and with stock tfjs's Adam: what wmnet is measured against.
import * as tf from '@tensorflow/tfjs-core'
import type { Contender, NetworkName, TrainingStep } from './contender.ts'

type Layer = (x: tf.Tensor4D) => tf.Tensor4D

interface Shape {
  readonly size: number
  readonly ci: number
  readonly co: number
}

export function waves(shape: readonly number[], scale: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898) * scale),
    [...shape],
  )
}

function weight<R extends tf.Rank>(shape: readonly number[], fanIn: number): tf.Variable<R> {
  return tf.variable(waves(shape, 2 / Math.sqrt(fanIn))) as tf.Variable<R>
}

function zeros<R extends tf.Rank>(shape: readonly number[]): tf.Variable<R> {
  return tf.variable(tf.zeros([...shape] as tf.ShapeMap[R])) as tf.Variable<R>
}

function conv({ ci, co }: Shape, k: number): Layer {
  const filter = weight<tf.Rank.R4>([k, k, ci, co], ci * k * k)
  const bias = zeros([co])
  return (x) => tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(x, filter, 1, 'valid'), bias))
}

/** The weight maps' products summed over input channels: one matrix product per pixel. */
function pixelProducts(x: tf.Tensor4D, w: tf.Tensor3D, { size, ci, co }: Shape): tf.Tensor4D {
  const batch = x.shape[0]
  const perPixel = tf.transpose(tf.reshape(x, [batch, size * size, ci]), [1, 0, 2])
  const product = tf.matMul(perPixel, w)
  return tf.reshape(tf.transpose(product, [1, 0, 2]), [batch, size, size, co])
}

/** Σ over k×k. Of pooling, sums of slices and a convolution with ones, pooling was the fastest on wasm and on tensorflow. */
function box(x: tf.Tensor4D, k: number, padding: number): tf.Tensor4D {
  const zeros: [number, number] = [padding, padding]
  const padded = padding === 0 ? x : tf.pad(x, [[0, 0], zeros, zeros, [0, 0]])
  return tf.mul(tf.avgPool(padded, k, 1, 'valid'), k * k)
}

function bestSmooth(shape: Shape, k: number, padding: number): Layer {
  const { size, ci, co } = shape
  const w = weight<tf.Rank.R3>([size * size, ci, co], ci * k * k)
  const out = size + 2 * padding - k + 1
  const bias = zeros([out, out, co])
  return (x) => tf.relu(tf.add<tf.Tensor4D>(box(pixelProducts(x, w, shape), k, padding), bias))
}

function bestUnsharp(shape: Shape, k: number): Layer {
  const { size, ci, co } = shape
  const w = weight<tf.Rank.R3>([size * size, ci, co], ci * k * k)
  const bias = zeros([size, size, co])
  return (x) => {
    const m = pixelProducts(x, w, shape)
    return tf.relu(tf.add<tf.Tensor4D>(tf.sub(tf.mul(m, 2), box(m, k, (k - 1) / 2)), bias))
  }
}

/**
 * Eq. 1 with every product in memory, [B, Cₒ, H, W, Cᵢ]; then each of the B·Cₒ stacks of maps through one convolution with
 * the kernel [k, k, Cᵢ, 1]: ones for eq. 2, twice the identity less ones for eqs. 3 and 4, where the sum over cᵢ is eq. 4's.
 */
function literal({ size, ci, co }: Shape, kernel: tf.Tensor4D, padding: number): Layer {
  const k = kernel.shape[0]
  const w = weight<tf.Rank.R5>([1, co, size, size, ci], ci * k * k)
  const out = size + 2 * padding - k + 1
  const bias = zeros([out, out, co])
  return (x) => {
    const batch = x.shape[0]
    const m = tf.mul(tf.reshape(x, [batch, 1, size, size, ci]), w)
    const maps = tf.reshape<tf.Rank.R4>(m, [batch * co, size, size, ci])
    const sums = tf.conv2d(maps, kernel, 1, padding, 'NHWC', 1, 'floor')
    const channelsLast = tf.transpose(tf.reshape(sums, [batch, co, out, out]), [0, 2, 3, 1])
    return tf.relu(tf.add(channelsLast, bias)) as tf.Tensor4D
  }
}

function onesKernel(k: number, ci: number): tf.Tensor4D {
  return tf.ones([k, k, ci, 1])
}

function unsharpKernel(k: number, ci: number): tf.Tensor4D {
  const center = (k * k - 1) / 2
  const values = Array.from({ length: k * k * ci }, (_, i) => (Math.floor(i / ci) === center ? 1 : -1))
  return tf.tensor4d(values, [k, k, ci, 1])
}

function layerOf({ network, formulation }: Contender, shape: Shape): Layer {
  const isLiteral = formulation === 'literal'
  switch (network) {
    case 'cnn':
      return conv(shape, 3)
    case 'smooth':
      return isLiteral ? literal(shape, onesKernel(3, shape.ci), 0) : bestSmooth(shape, 3, 0)
    case 'smooth_k9':
      return isLiteral ? literal(shape, onesKernel(9, shape.ci), 3) : bestSmooth(shape, 9, 3)
    case 'unsharp':
      return isLiteral ? literal(shape, unsharpKernel(3, shape.ci), 1) : bestUnsharp(shape, 3)
  }
}

const widths: Readonly<Record<NetworkName, readonly number[]>> = {
  cnn: [33, 33, 8],
  smooth: [32, 32, 8],
  smooth_k9: [32, 32, 8],
  unsharp: [32, 32, 8],
}

/** The step of a contender that is not wmnet's, on the backend that is current. */
export function createStockStep(contender: Contender): TrainingStep {
  const { batch, network } = contender
  let [size, ci] = [28, 1]
  const shrink = network === 'unsharp' ? 0 : 2
  const layers = widths[network].map((co) => {
    const layer = layerOf(contender, { size, ci, co })
    size -= shrink
    ci = co
    return layer
  })
  const units = size * size * ci
  const dense = weight<tf.Rank.R2>([units, 64], units)
  const denseBias = zeros([64])
  const last = weight<tf.Rank.R2>([64, 10], 64)
  const lastBias = zeros([10])
  const images = waves([batch, 28, 28, 1], 1) as tf.Tensor4D
  const classes = Int32Array.from({ length: batch }, (_, i) => i % 10)
  const labels = tf.oneHot(tf.tensor1d(classes, 'int32'), 10)
  const loss = () => {
    const features = layers.reduce((x, layer) => layer(x), images)
    const hidden = tf.relu(tf.add(tf.matMul(tf.reshape<tf.Rank.R2>(features, [batch, units]), dense), denseBias))
    const logits = tf.add(tf.matMul(hidden as tf.Tensor2D, last), lastBias)
    return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar
  }
  const optimizer = tf.train.adam(1e-3)
  return {
    async run() {
      const value = optimizer.minimize(loss, true)
      const [result = Number.NaN] = (await value?.data()) ?? []
      value?.dispose()
      return result
    },
  }
}
