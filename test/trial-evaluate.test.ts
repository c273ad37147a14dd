import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { activationModel, buildModel, startBackend } from '../src/backends/tfjs/index.ts'
import { createStream } from '../src/random/stream.ts'
import { type Evaluation, evaluate } from '../src/study/evaluate.ts'
import { bindMeasures } from '../src/study/evaluate-measures.ts'
import { createTestedNetwork, testBatchSize } from '../src/study/evaluate-network.ts'
import { resolveSweeps } from '../src/study/evaluate-sweep.ts'
import { loadTrialData } from '../src/study/trial-data.ts'
import { softmaxCrossEntropy } from '../src/training/losses/softmax-cross-entropy.ts'
import { createPause } from '../src/training/pause.ts'
import { callOf, listen, stackOf, tinyGraph, tinyJob, tinyProtocol } from './training-fixtures.ts'

const protocol = tinyProtocol({
  data: callOf('dataset', 'synthetic', { size: [8, 8, 1], classes: 4, train: 8, test: 50, validation: 0.2 }),
  noise: [callOf('noise', 'uniform', { upper: [0.5] })],
  attack: [
    callOf('attack', 'fgsm', { eps: [0.1] }),
    callOf('attack', 'pgd', { eps: [0.1], steps: 3, rel_step: 0.5, norm: 'l2' }),
  ],
  measure: [
    callOf('measure', 'error'),
    callOf('measure', 'loss'),
    callOf('measure', 'zero_gradient_fraction'),
    callOf('measure', 'activation_mse', { at: 'first' }),
    callOf('measure', 'activation_mse', { at: 'hidden' }),
  ],
})
const graph = { ...tinyGraph(), labels: { first: 1, hidden: 3 } }

beforeAll(async () => {
  await startBackend('cpu')
})

async function createEvaluation(batchSize: number): Promise<Evaluation> {
  const dataset = await loadTrialData(tinyJob({ protocol }), listen())
  const model = buildModel(graph, { random: createStream(1) })
  const models = new Map([1, 3].map((node) => [node, activationModel(model, graph, node)]))
  const network = createTestedNetwork(tf, graph, model, models)
  const pause = createPause(new AbortController().signal)
  return {
    network,
    dataset,
    sweeps: resolveSweeps(protocol, network.victim, createStream(1), pause),
    measures: bindMeasures(protocol.measure, graph),
    perImageLoss: (logits, labels) => softmaxCrossEntropy(tf, logits, labels),
    batchSize,
    pause,
    onProgress: () => {},
  }
}

test('does not depend on the batch size, and leaves no tensors', async () => {
  const evaluation = await createEvaluation(50)
  const before = tf.memory().numTensors
  const whole = await evaluate(evaluation)
  expect(tf.memory().numTensors).toBe(before)
  const parts = await evaluate(await createEvaluation(7))
  expect(parts.test.error).toBe(whole.test.error)
  expect(parts.test.loss).toBeCloseTo(whole.test.loss, 6)
  for (const [index, { points, gradients }] of whole.sweeps.entries()) {
    const other = parts.sweeps[index]
    expect(other?.gradients).toEqual(gradients)
    for (const [key, value] of Object.entries(points[0]?.measures ?? {})) {
      expect(other?.points[0]?.measures[key], key).toBeCloseTo(value, 5)
    }
  }
})

test('takes one gradient of a batch for all attacks and strengths, and one forward pass for each level', async () => {
  const eps = [0, 0.1, 0.2, 0.3, 0.4]
  const attack = [callOf('attack', 'fgsm', { eps, norm: 'linf' }), callOf('attack', 'fgsm', { eps, norm: 'l2' })]
  const evaluation = await createEvaluation(7)
  const { network, dataset, pause } = evaluation
  let [gradients, forwards] = [0, 0]
  const victim = {
    ...network.victim,
    gradient(...args: Parameters<typeof network.victim.gradient>) {
      gradients++
      return network.victim.gradient(...args)
    },
  }
  const counted = {
    ...network,
    victim,
    forward(images: tf.Tensor4D) {
      forwards++
      return network.forward(images)
    },
  }
  const sweeps = resolveSweeps({ ...protocol, attack }, victim, createStream(1), pause)
  // Not the zero gradients' fraction: that is asked at the perturbed images.
  const measures = bindMeasures([callOf('measure', 'error')], graph)
  await evaluate({ ...evaluation, network: counted, sweeps, measures })
  const batches = Math.ceil(dataset.test.count / 7)
  const levels = sweeps.reduce((sum, sweep) => sum + sweep.levels.length, 0)
  expect(levels).toBeGreaterThan(10)
  expect(gradients).toBe(batches)
  expect(forwards).toBe(batches * (1 + levels))
})

test('measures that share a name are told apart by their arguments', async () => {
  const { sweeps } = await evaluate(await createEvaluation(50))
  const names = ['error', 'loss', 'zero_gradient_fraction', 'activation_mse(at=first)', 'activation_mse(at=hidden)']
  expect(Object.keys(sweeps[0]?.points[0]?.measures ?? {})).toEqual(names)
})

test('activation_mse is the mean over all elements of all images', async () => {
  const evaluation = await createEvaluation(7)
  const { dataset } = evaluation
  const { sweeps } = await evaluate(evaluation)
  // The same pixels through the noise, and the convolution by hand in float64.
  const sweep = evaluation.sweeps[0]
  if (sweep === undefined) throw new Error('no noise')
  const indices = Array.from({ length: dataset.test.count }, (_, index) => index)
  const pixels = Float32Array.from(dataset.test.images, (byte) => byte / 255)
  const images = tf.tensor4d(pixels, [indices.length, 8, 8, 1])
  const labels = tf.tensor1d([...dataset.test.labels], 'int32')
  const noisy = await (await sweep.perturb(0.5, { indices, pixels, images, labels, gradient: null })).data<'float32'>()
  const weights = await firstKernel()
  let sum = 0
  for (const image of indices) {
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 6; x++) {
        for (let channel = 0; channel < 4; channel++) {
          let difference = 0
          for (let row = 0; row < 3; row++) {
            for (let column = 0; column < 3; column++) {
              const place = image * 64 + (y + row) * 8 + x + column
              const weight = weights[(row * 3 + column) * 4 + channel] ?? Number.NaN
              difference += weight * ((noisy[place] ?? Number.NaN) - (pixels[place] ?? Number.NaN))
            }
          }
          sum += difference ** 2
        }
      }
    }
  }
  const expected = sum / (indices.length * 6 * 6 * 4)
  expect(sweeps[0]?.points[0]?.measures['activation_mse(at=first)']).toBeCloseTo(expected, 6)
})

async function firstKernel(): Promise<Float32Array> {
  const model = buildModel(graph, { random: createStream(1) })
  const kernel = model.weights[0]
  if (kernel === undefined) throw new Error('no weights')
  return kernel.read().data<'float32'>()
}

test('softmax outputs and random outputs are noticed', async () => {
  const evaluation = await createEvaluation(20)
  expect((await evaluate(evaluation)).logits).toEqual({ softmax: false, stochastic: false })
  const calls = [callOf('layer', 'flatten'), callOf('layer', 'dense', { units: 4 }), callOf('layer', 'softmax')]
  const softmaxGraph = stackOf([8, 8, 1], calls)
  const model = buildModel(softmaxGraph, { random: createStream(1) })
  const network = createTestedNetwork(tf, softmaxGraph, model, new Map())
  expect((await evaluate({ ...evaluation, network, sweeps: [], measures: [] })).logits.softmax).toBe(true)
  let pass = 0
  const restless: typeof network.victim = {
    ...network.victim,
    logits: (images) => tf.add(network.victim.logits(images), pass++),
  }
  const noticed = await evaluate({
    ...evaluation,
    network: {
      ...network,
      victim: restless,
      forward: (images) => ({ logits: restless.logits(images), activations: new Map() }),
    },
    sweeps: [],
    measures: [],
  })
  expect(noticed.logits).toEqual({ softmax: false, stochastic: true })
})

test('the batch size follows the memory that a graph takes', () => {
  expect(testBatchSize(tinyGraph())).toBe(500)
  const wide = stackOf(
    [28, 28, 1],
    [callOf('layer', 'conv', { channels: 200 }), callOf('layer', 'conv', { channels: 500 })],
  )
  // 26·26·200 + 24·24·500 elements of four bytes, in 128 MiB
  expect(testBatchSize(wide)).toBe(Math.floor(2 ** 27 / (4 * (26 * 26 * 200 + 24 * 24 * 500))))
})
