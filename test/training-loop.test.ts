import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { buildModel, startBackend } from '../src/backends/tfjs/index.ts'
import type { Dataset } from '../src/data/dataset.ts'
import { DiagnosticError } from '../src/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import type { Graph } from '../src/graph/graph.ts'
import { createStream } from '../src/random/stream.ts'
import type { TrialProgress } from '../src/study/job.ts'
import type { TrainSettings } from '../src/study/protocol.ts'
import { loadTrialData } from '../src/study/trial-data.ts'
import { losses } from '../src/training/losses/index.ts'
import { createPause } from '../src/training/pause.ts'
import { type Training, train } from '../src/training/train.ts'
import { validate } from '../src/training/validate.ts'
import { takeSnapshot } from '../src/training/weights.ts'
import { callOf, listen, stackOf, tinyGraph, tinyJob, tinyProtocol } from './training-fixtures.ts'

beforeAll(async () => {
  await startBackend('cpu')
})

interface Options {
  readonly graph?: Graph
  readonly settings?: Partial<TrainSettings>
  readonly data?: Parameters<typeof callOf>[2]
  readonly signal?: AbortSignal
  readonly batchSize?: number
}

async function createTraining(options: Options = {}): Promise<Training & { heard: TrialProgress[] }> {
  const { graph = tinyGraph(), settings = {}, data = {}, batchSize = 64 } = options
  const size = { size: [8, 8, 1], classes: 4, train: 200, test: 60, validation: 0.2, ...data }
  const protocol = tinyProtocol({ data: callOf('dataset', 'synthetic', size) })
  const hooks = listen(options.signal)
  const dataset: Dataset = await loadTrialData(tinyJob({ protocol }), hooks)
  const model = buildModel(graph, { random: createStream(1) })
  const crossentropy = losses.get('crossentropy')
  if (crossentropy === undefined) throw new Error('crossentropy')
  return {
    tf,
    model,
    dataset,
    augment: protocol.augment,
    settings: { ...protocol.train, ...settings },
    random: { shuffle: createStream(1, 'shuffle'), augment: createStream(1, 'augment') },
    pause: createPause(hooks.signal),
    onProgress: hooks.onProgress,
    heard: hooks.heard,
    classifier: {
      tf,
      logits: (images) => model.apply(images, { training: false }) as tf.Tensor2D,
      perImageLoss: (logits, labels) => crossentropy.perImage({ label_smoothing: 0 }, tf, logits, labels),
      batchSize,
    },
  }
}

test('learns the synthetic classes', async () => {
  const training = await createTraining({ settings: { epochs: 8 } })
  const { epochs } = await train(training)
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(epochs.at(-1)?.loss).toBeLessThan(0.2 * (epochs[0]?.loss ?? 0))
  const result = await validate(training.classifier, training.dataset, training.dataset.test, training.pause)
  expect(result?.error).toBeLessThan(0.05)
}, 60_000)

test('leaves the model with the weights of the best epoch', async () => {
  // A rate that overshoots, so that the best epoch is not the last.
  const training = await createTraining({
    settings: { epochs: 6, optimizer: callOf('optimizer', 'adam', { lr: 0.2 }) },
  })
  const { epochs, keptEpoch } = await train(training)
  const errors = epochs.map(({ validationError }) => validationError)
  expect(keptEpoch).toBe(1 + errors.indexOf(Math.min(...errors.map(Number))))
  const again = await validate(training.classifier, training.dataset, training.dataset.validation, training.pause)
  expect(again?.error).toBe(errors[keptEpoch - 1])
  expect(again?.loss).toBe(epochs[keptEpoch - 1]?.validationLoss)
}, 60_000)

test('moves the moving averages and leaves no tensors behind', async () => {
  const training = await createTraining({ settings: { epochs: 1 } })
  const before = { tensors: tf.memory().numTensors, weights: await takeSnapshot(training.model) }
  await train(training)
  expect(tf.memory().numTensors).toBe(before.tensors)
  const after = await takeSnapshot(training.model)
  expect(after).toHaveLength(training.model.weights.length)
  for (const [index, weight] of training.model.weights.entries()) {
    expect(after[index], weight.name).not.toEqual(before.weights[index])
  }
}, 60_000)

test('one step of a network without batch normalisation is the step of its mean loss', async () => {
  const graph = stackOf([8, 8, 1], [callOf('layer', 'flatten'), callOf('layer', 'dense', { units: 4 })])
  const data = { train: 12, validation: 0.2 }
  const settings = {
    epochs: 1,
    batch: 100,
    optimizer: callOf('optimizer', 'sgd', { lr: 0.5 }),
    keep: callOf('keep', 'last'),
  }
  const training = { ...(await createTraining({ graph, data, settings })), augment: [] }
  const [kernel = new Float32Array(), bias = new Float32Array()] = await takeSnapshot(training.model)
  const { epochs } = await train(training)
  const [newKernel = new Float32Array()] = await takeSnapshot(training.model)
  const { train: split } = training.dataset
  // Softmax regression by hand: ∂L/∂W = mean over images of x·(p − y)
  const expected = Float64Array.from(kernel)
  let loss = 0
  for (let image = 0; image < split.count; image++) {
    const x = Array.from(split.images.subarray(image * 64, (image + 1) * 64), (byte) => byte / 255)
    const z = [0, 1, 2, 3].map((unit) =>
      x.reduce((sum, value, place) => sum + value * (kernel[place * 4 + unit] ?? 0), bias[unit] ?? 0),
    )
    const total = z.reduce((sum, value) => sum + Math.exp(value), 0)
    loss += Math.log(total) - (z[split.labels[image] ?? 0] ?? 0)
    for (const [unit, value] of z.entries()) {
      const slope = Math.exp(value) / total - (split.labels[image] === unit ? 1 : 0)
      for (const [place, pixel] of x.entries()) {
        expected[place * 4 + unit] = (expected[place * 4 + unit] ?? 0) - (0.5 * slope * pixel) / split.count
      }
    }
  }
  expect(epochs[0]?.loss).toBeCloseTo(loss / split.count, 5)
  for (const [place, value] of expected.entries()) expect(newKernel[place]).toBeCloseTo(value, 5)
})

test('every image is seen once per epoch, the left-over ones in a smaller batch', async () => {
  const training = await createTraining({ settings: { epochs: 2, batch: 48 }, data: { validation: 0.2 } })
  const { count } = training.dataset.train
  const sizes: number[] = []
  const { model } = training
  const apply = model.apply.bind(model)
  model.apply = (inputs, kwargs) => {
    if (kwargs?.training === true) sizes.push((inputs as tf.Tensor).shape[0] ?? 0)
    return apply(inputs, kwargs)
  }
  await train(training)
  const epoch = [...Array.from({ length: Math.floor(count / 48) }, () => 48), count % 48]
  expect(sizes).toEqual([...epoch, ...epoch])
}, 60_000)

test('validation does not depend on the batch size', async () => {
  const training = await createTraining()
  const { classifier, dataset, pause } = training
  const whole = await validate(classifier, dataset, dataset.test, pause)
  const parts = await validate({ ...classifier, batchSize: 7 }, dataset, dataset.test, pause)
  expect(parts?.error).toBe(whole?.error)
  expect(parts?.loss).toBeCloseTo(whole?.loss ?? Number.NaN, 5)
})

test('stops between two batches with the reason of the abort', async () => {
  const controller = new AbortController()
  const training = await createTraining({ settings: { epochs: 1000 }, signal: controller.signal })
  const before = tf.memory().numTensors
  const reason = new Error('interrupted')
  setTimeout(() => controller.abort(reason), 100)
  await expect(train(training)).rejects.toBe(reason)
  expect(tf.memory().numTensors).toBe(before)
}, 60_000)

test('reports progress a few times per second and every epoch', async () => {
  const training = await createTraining({ settings: { epochs: 3 } })
  const started = performance.now()
  const { epochs } = await train(training)
  const seconds = (performance.now() - started) / 1000
  const reports = training.heard.filter(({ kind }) => kind === 'training')
  expect(reports.length).toBeLessThanOrEqual(5 * seconds + 1)
  expect(training.heard.flatMap((progress) => (progress.kind === 'epoch' ? [progress.result] : []))).toEqual(epochs)
}, 60_000)

const failures = [
  {
    name: 'WM0850-diverged',
    made: 'train sgd(lr=1e30) { epochs = 3; batch = 32 }',
    options: { settings: { epochs: 3, optimizer: callOf('optimizer', 'sgd', { lr: 1e30 }) } },
  },
  {
    name: 'WM0851-no-weights',
    made: 'network Test { input 2x2x1; flatten }',
    options: { graph: stackOf([2, 2, 1], [callOf('layer', 'flatten')]) },
  },
]

test.each(failures)('$name', async ({ name, made, options }) => {
  const training = await createTraining(options)
  const before = tf.memory().numTensors
  const caught = await train(training).catch((thrown: unknown) => thrown)
  if (!(caught instanceof DiagnosticError)) throw caught
  expect(tf.memory().numTensors).toBe(before)
  const rendered = renderDiagnostics(caught.diagnostics, new Map(), { color: false })
  await expect(`${made}\n${'─'.repeat(80)}\n${rendered.trimEnd()}\n`).toMatchFileSnapshot(`golden/training/${name}.txt`)
})
