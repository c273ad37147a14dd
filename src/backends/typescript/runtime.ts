// Functions that emitted modules get copies of, as far as they need them: this file is parsed by `wmnet emit`, not imported.
// What is declared and not defined here, a module has of its own.
import * as tf from '@tensorflow/tfjs-core'

/** Of the module: the record of all weights. */
declare interface Weights {
  readonly [name: string]: unknown
}

/** A weight's name in files, its shape, how it starts, where its layer stands in the source, and whether it is trained. */
export type WeightRow = readonly [
  name: string,
  shape: readonly number[],
  start: Start,
  site: string,
  role: string,
  trainable?: boolean,
]

/** Of the module. */
declare const weightTable: readonly WeightRow[]

/** Of the module: the layers that draw random numbers while training. */
declare const noiseTable: readonly (readonly [name: string, site: string, role: string])[]

/** Of the module. */
declare const architecture: { readonly hash: string }

/** Of the module. */
declare function forward(x: tf.Tensor4D, weights: Weights, options?: { readonly training?: boolean }): tf.Tensor2D

/** The network's input lies in it. */
declare const inputRange: readonly [number, number]

/** The weights that training starts from: for one seed the same on every backend. */
export function initWeights(seed: number): Weights {
  return createWeights(seed, ([name, shape, start, site, role]) => {
    return start(shape, createStream(seed, 'init', 'init', site, role, name.slice(name.lastIndexOf('.') + 1)))
  })
}

/**
 * The weights in a safetensors file of float32 tensors. Throws where it is damaged, or of another network.
 *
 * @param seed of dropout and training noise, where the network has them
 */
export function loadWeights(bytes: Uint8Array, seed = 0): Weights {
  const { header, data } = readHeader(bytes)
  const stated = header.__metadata__?.graph_hash
  if (stated !== undefined && stated !== architecture.hash)
    throw new Error(`the weights are of another network: ${stated}`)
  const expected = new Map(weightTable.map(([name, shape]) => [name, shape]))
  const found = Object.keys(header).filter((name) => name !== '__metadata__')
  const faults = [
    ...[...expected.keys()].filter((name) => !(name in header)).map((name) => `${name} is missing`),
    ...found.filter((name) => !expected.has(name)).map((name) => `${name} is unknown`),
    ...found.flatMap((name) => describeFault(name, header[name], expected.get(name), data.length)),
  ]
  if (faults.length > 0) throw new Error(`the weights do not fit: ${faults.slice(0, 6).join('; ')}`)
  return createWeights(seed, ([name]) => {
    const [start = 0, end = 0] = header[name]?.data_offsets ?? []
    return new Float32Array(data.slice(start, end).buffer)
  })
}

interface TensorEntry {
  readonly dtype?: unknown
  readonly shape?: readonly number[]
  readonly data_offsets?: readonly number[]
  readonly graph_hash?: string
}

/** The header's length in 8 bytes, the header as JSON, the data. */
function readHeader(bytes: Uint8Array): { header: Record<string, TensorEntry | undefined>; data: Uint8Array } {
  if (bytes.length < 8) throw new Error('not a safetensors file: it has no header')
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > bytes.length - 8) throw new Error(`not a safetensors file: it claims a header of ${length} bytes`)
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  if (typeof header !== 'object' || header === null) throw new Error('not a safetensors file: its header is no object')
  return { header: header as Record<string, TensorEntry | undefined>, data: bytes.subarray(8 + length) }
}

function describeFault(
  name: string,
  entry: TensorEntry | undefined,
  shape: readonly number[] | undefined,
  bytes: number,
): readonly string[] {
  if (shape === undefined) return []
  const [start = -1, end = -1] = entry?.data_offsets ?? []
  if (entry?.dtype !== 'F32') return [`${name} is ${String(entry?.dtype)}, not F32`]
  if (entry.shape?.join() !== shape.join()) return [`${name} is [${String(entry.shape)}], not [${shape.join(', ')}]`]
  const fits = start >= 0 && end <= bytes && end - start === 4 * sizeOf(shape)
  return fits ? [] : [`${name} has the bytes ${start} to ${end} of ${bytes}`]
}

function createWeights(seed: number, valuesOf: (row: WeightRow) => Float32Array): Weights {
  const weights: Branch = {}
  for (const row of weightTable) {
    const [name, shape, , , , trainable] = row
    const variable = tf.tidy(() => tf.variable(tf.tensor(valuesOf(row), [...shape]), trainable))
    setAt(weights, parseName(name), variable)
  }
  addNoise(weights, seed)
  return weights as unknown as Weights
}

/** Each layer that draws while training has a stream of its own. */
function addNoise(weights: Branch, seed: number): void {
  for (const [name, site, role] of noiseTable) {
    const own = Math.floor(createStream(seed, 'init', 'layer', site, role).bits()) % 2 ** 31
    setAt(weights, [...parseName(name), 'noise'], createStream(own, 'layer'))
  }
}

/** `conv1.kernel`: the variables that training changes, by their names in files. */
export function trainableWeights(weights: Weights): ReadonlyMap<string, tf.Variable> {
  const trained = weightTable.filter(([, , , , , trainable = true]) => trainable)
  return new Map(trained.map(([name]) => [name, getAt(weights as unknown as Branch, parseName(name)) as tf.Variable]))
}

interface Branch {
  [key: string | number]: unknown
}

/** `for2.1.conv0.kernel` lies at for2[0].conv0.kernel. */
function parseName(name: string): readonly (string | number)[] {
  const path: (string | number)[] = []
  for (const part of name.split('.')) {
    const [, digits, suffix = ''] = /^(\d+)(\+\d+)?$/.exec(part) ?? []
    if (digits === undefined) path.push(part)
    else {
      path[path.length - 1] = `${path[path.length - 1]}${suffix}`
      path.push(Number(digits) - 1)
    }
  }
  return path
}

function setAt(root: Branch, path: readonly (string | number)[], value: unknown): void {
  let at = root
  path.slice(0, -1).forEach((key, index) => {
    at[key] ??= typeof path[index + 1] === 'number' ? [] : {}
    at = at[key] as Branch
  })
  at[path[path.length - 1] ?? ''] = value
}

function getAt(root: Branch, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Branch)[key], root)
}

/** A source of random numbers. */
export interface Stream {
  /** 32 bits, from 0. */
  bits(): number
  /** In [0, 1), 53 bits. */
  uniform(): number
  /** Mean 0, standard deviation 1. */
  normal(): number
}

/** The stream of a seed and a purpose: xoroshiro128+ (Blackman and Vigna 2018) started with a hash of both. */
function createStream(...keys: readonly (string | number)[]): Stream {
  const bits = xoroshiro128plus(hash32(keys.map((key) => `${typeof key}:${key}`).join('/')))
  const draw = () => (bits() & 0x3ffffff) * 2 ** -26 + (bits() & 0x7ffffff) * 2 ** -53
  let spare: number | undefined
  const drawNormal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    // Box and Muller 1958; 1 − u lies in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - draw()))
    const angle = 2 * Math.PI * draw()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { bits: () => bits() + 2 ** 31, uniform: draw, normal: drawNormal }
}

/** Gives signed 32-bit integers. */
function xoroshiro128plus(seed: number): () => number {
  let [high0, low0, high1, low1] = [-1, ~seed, seed | 0, 0]
  return () => {
    const out = (low0 + low1) | 0
    const low = low1 ^ low0
    const high = high1 ^ high0
    const before = low0
    low0 = (low0 << 24) ^ (high0 >>> 8) ^ low ^ (low << 16)
    high0 = (high0 << 24) ^ (before >>> 8) ^ high ^ ((high << 16) | (low >>> 16))
    low1 = (high << 5) ^ (low >>> 27)
    high1 = (low << 5) ^ (high >>> 27)
    return out
  }
}

/** FNV-1a over UTF-16 code units, finished with murmur3's mixer. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}

/** How a weight starts, row by row. */
type Start = (shape: readonly number[], random: Stream) => Float32Array

export function constant(value: number): Start {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value)
}

export function normal(std: number): Start {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => std * random.normal())
}

/** In [low, high). */
export function uniform(low: number, high: number): Start {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform())
}

/** In [−limit, limit). */
export function symmetric(limit: number): Start {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => limit * (2 * random.uniform() - 1))
}

/** Saxe et al. 2014: as a matrix whose last axis are the columns, orthogonal columns (or rows, the shorter) of length `gain`. */
export function orthogonal(gain: number): Start {
  return (shape, random) => {
    const columns = shape[shape.length - 1] ?? 1
    const rows = sizeOf(shape) / columns
    const values = new Float32Array(rows * columns)
    orthonormal(Math.min(rows, columns), Math.max(rows, columns), random).forEach((vector, v) => {
      vector.forEach((value, i) => {
        values[columns > rows ? v * columns + i : i * columns + v] = gain * value
      })
    })
    return values
  }
}

/** Gram–Schmidt on normal vectors, each projected twice. */
function orthonormal(count: number, length: number, random: Stream): readonly Float64Array[] {
  const vectors: Float64Array[] = []
  for (let v = 0; v < count; v++) {
    const vector = Float64Array.from({ length }, () => random.normal())
    for (let pass = 1; pass <= 2; pass++) for (const earlier of vectors) subtractProjection(vector, earlier)
    const norm = Math.sqrt(dot(vector, vector))
    vectors.push(vector.map((value) => value / norm))
  }
  return vectors
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const along = dot(vector, unit)
  unit.forEach((value, i) => {
    vector[i] = (vector[i] ?? 0) - along * value
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1)
}

/** Softmax cross-entropy of each image, [B]. */
function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const targets = tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32')
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(targets, tf.logSoftmax(logits)), 1))
}

/** One step of training on a batch of images [B, H, W, C] and their classes [B]; gives the mean loss. */
export function trainStep(weights: Weights, optimizer: tf.Optimizer, x: tf.Tensor4D, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const loss = () => tf.mean<tf.Scalar>(crossEntropy(forward(x, weights, { training: true }), labels))
    const { value, grads } = tf.variableGrads(loss, [...trainableWeights(weights).values()])
    optimizer.applyGradients(grads)
    return value
  })
}

/** Goodfellow et al. 2015: x + ε·sign g, g the gradient of the loss, within the range of valid inputs. */
export function fgsm(weights: Weights, x: tf.Tensor4D, labels: tf.Tensor1D, eps: number): tf.Tensor4D {
  return tf.tidy(() => {
    const gradient = tf.grad((images) => tf.sum(crossEntropy(forward(images as tf.Tensor4D, weights), labels)))(x)
    const finite = tf.where(tf.isFinite(gradient), gradient, tf.zerosLike(gradient))
    return tf.clipByValue(tf.add<tf.Tensor4D>(x, tf.mul(tf.sign(finite), eps)), inputRange[0], inputRange[1])
  })
}
