import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect } from 'vitest'
import { exportOnnx, type OnnxSubject } from '../src/backends/onnx/index.ts'
import { buildModel } from '../src/backends/tfjs/build.ts'
import type { Graph } from '../src/graph/graph.ts'
import { hashGraph } from '../src/graph/hash.ts'
import { createStream } from '../src/random/stream.ts'
import { weightNames } from '../src/weights/names.ts'
import { noise, sizeOf } from './numeric/float64.ts'

export type NamedValues = ReadonlyMap<string, Float32Array>
type Model = ReturnType<typeof buildModel>

export interface Run {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** A graph that no file declares. */
export function subjectOf(graph: Graph): OnnxSubject {
  return { name: graph.network, subject: graph.network, graph, hash: hashGraph(graph), printPlain: () => '' }
}

/** Values in the input's range, [B, …shape]. */
export function drawBatch({ input }: Graph, batch: number, seed = 5): Run {
  const [low, high] = input.range
  const shape = [batch, ...input.shape]
  return { shape, values: noise(shape, seed).map((value) => low + ((value + 1) / 2) * (high - low)) }
}

/** The weights of the network's tfjs model by their names. */
export function readWeights(graph: Graph, model: Model): NamedValues {
  const counts = new Map<string, number>()
  return new Map(
    weightNames(graph).map(({ name, node }) => {
      const index = counts.get(node.name) ?? 0
      counts.set(node.name, index + 1)
      const weight = model.getLayer(node.name).getWeights()[index]
      if (weight === undefined) throw new Error(`the model has no ${name}`)
      return [name, weight.dataSync<'float32'>()]
    }),
  )
}

/** Initial weights with noise on all that starts as zeros or ones, so that nothing drops out of a comparison. */
function drawWeights(graph: Graph, model: Model): void {
  for (const { name } of graph.nodes) {
    const layer = model.getLayer(name)
    const drawn = layer.getWeights().map((weight, i) => {
      const values = weight.dataSync<'float32'>()
      const first = values[0] ?? 0
      if (!values.every((value) => value === first)) return weight
      const offsets = noise(weight.shape, i + 1)
      // Positive, whatever it is: it may be a variance.
      return tf.tensor(first === 1 ? offsets.map((offset) => 1 + offset / 2) : offsets, weight.shape)
    })
    layer.setWeights(drawn)
  }
}

export async function runTfjs(model: Model, { values, shape }: Run): Promise<Run> {
  const output = tf.tidy(() => model.predict(tf.tensor(values, [...shape])) as tf.Tensor)
  const found = { shape: output.shape, values: await output.data<'float32'>() }
  output.dispose()
  return found
}

export async function runOnnx(bytes: Uint8Array, { values, shape }: Run): Promise<Run> {
  const session = await InferenceSession.create(bytes, sessionOptions)
  const { output } = await session.run({ input: new Tensor('float32', values, shape) })
  await session.release()
  if (output === undefined) throw new Error('the model has no output')
  return { shape: output.dims, values: output.data as Float32Array }
}

/** One thread and errors alone. */
const sessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const

/** The largest difference as a share of the expected values' range. */
export function differenceOf(found: Run, expected: Run): number {
  expect(found.shape).toEqual(expected.shape)
  expect(found.values.length).toBe(sizeOf(expected.shape))
  let [worst, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  expected.values.forEach((value, i) => {
    const difference = Math.abs(value - (found.values[i] ?? Number.NaN))
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
    low = Math.min(low, value)
    high = Math.max(high, value)
  })
  return worst === 0 ? 0 : worst / (high - low)
}

/** How far the exported network is from the tfjs model, for batches of two sizes through one file. */
export async function compareBackends(subject: OnnxSubject, batch = 2): Promise<number> {
  return (await compareWithWeights(subject, batch)).difference
}

/** The same, and the weights that both had. */
export async function compareWithWeights(
  subject: OnnxSubject,
  batch = 2,
): Promise<{ readonly difference: number; readonly weights: NamedValues }> {
  const model = buildModel(subject.graph, { random: createStream(3) })
  drawWeights(subject.graph, model)
  const weights = readWeights(subject.graph, model)
  const inputs = drawBatch(subject.graph, batch)
  const difference = differenceOf(await runOnnx(exportOnnx(subject, weights), inputs), await runTfjs(model, inputs))
  model.dispose()
  return { difference, weights }
}
