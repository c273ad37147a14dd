import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModelFiles, startBackend } from '../src/backends/tfjs/index.ts'
import { predictImages } from '../src/predict/predict.ts'
import type { TrainedOutcome, TrialHooks, TrialJob } from '../src/study/job.ts'
import { runTrial } from '../src/study/trial.ts'
import { loadTrialData } from '../src/study/trial-data.ts'
import { batchesInOrder, makeBatch } from '../src/training/image-batch.ts'
import { callOf, listen, stackOf, tinyJob, tinyProtocol } from './training-fixtures.ts'

const protocol = tinyProtocol({
  noise: [
    callOf('noise', 'uniform', { upper: [0, 0.5, 1] }),
    callOf('noise', 'uniform', { upper: [0, 0.5, 1], renormalize: 'divide' }),
  ],
  attack: [
    callOf('attack', 'fgsm', { eps: [0, 0.1, 0.3] }),
    callOf('attack', 'pgd', { eps: [0.1], steps: 4, rel_step: 0.5 }),
  ],
  measure: [
    callOf('measure', 'error'),
    callOf('measure', 'loss'),
    callOf('measure', 'activation_mse'),
    callOf('measure', 'zero_gradient_fraction'),
  ],
  explain: [callOf('explain', 'gradcam', { images: 6 }), callOf('explain', 'gradcam', { images: 1 })],
})
const job = tinyJob({ protocol })

async function train(of: TrialJob, hooks: TrialHooks): Promise<TrainedOutcome> {
  const outcome = await runTrial(of, hooks)
  if (outcome.kind !== 'trained') throw new Error(outcome.result.reason)
  return outcome
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  let outcome: TrainedOutcome
  let again: TrainedOutcome
  const hooks = listen()
  const tensors: number[] = []

  beforeAll(async () => {
    outcome = await train({ ...job, backend }, hooks)
    tensors.push(tf.memory().numTensors)
    again = await train({ ...job, backend }, listen())
    tensors.push(tf.memory().numTensors)
  }, 60_000)

  test('the same job gives the same result, byte for byte', () => {
    expect(JSON.stringify(again.result)).toBe(JSON.stringify(outcome.result))
    expect(JSON.stringify(again.examples)).toBe(JSON.stringify(outcome.examples))
    expect(again.model).toEqual(outcome.model)
  })

  test('leaves no tensors behind', () => {
    expect(tensors[1]).toBe(tensors[0])
  })

  test('level 0 is the clean test set', () => {
    for (const { points } of outcome.result.sweeps) {
      for (const { level, measures } of points) {
        if (level !== 0) continue
        expect(measures.error).toBe(outcome.result.test.error)
        expect(measures.loss).toBeCloseTo(outcome.result.test.loss, 6)
        expect(measures.activation_mse).toBe(0)
      }
    }
  })

  test('every line of the protocol becomes a curve', () => {
    const { sweeps } = outcome.result
    expect(sweeps.map(({ kind, name, parameter }) => [kind, name, parameter])).toEqual([
      ['noise', 'uniform', 'upper'],
      ['noise', 'uniform', 'upper'],
      ['attack', 'fgsm', 'eps'],
      ['attack', 'pgd', 'eps'],
    ])
    expect(sweeps.map(({ points }) => points.map(({ level }) => level))).toEqual([
      [0, 0.5, 1],
      [0, 0.5, 1],
      [0, 0.1, 0.3],
      [0.1],
    ])
    expect(sweeps.map(({ gradients }) => gradients === null)).toEqual([true, true, false, false])
    const [, , fgsm] = sweeps
    const errors = fgsm?.points.map(({ measures }) => measures.error ?? Number.NaN) ?? []
    expect(errors[2]).toBeGreaterThan(errors[0] ?? Number.NaN)
  })

  test('the saved model has the result that is reported for it', async () => {
    const dataset = await loadTrialData(job, listen())
    const { json, weights } = outcome.model
    const model = await loadModelFiles(json, weights)
    let wrong = 0
    for (const indices of batchesInOrder(dataset.test.count, 20)) {
      const { images, labels } = makeBatch(tf, dataset, dataset.test, indices)
      const predicted = await tf.argMax(model.predict(images) as tf.Tensor, 1).data()
      wrong += [...(await labels.data())].filter((label, place) => label !== predicted[place]).length
    }
    expect(wrong / dataset.test.count).toBe(outcome.result.test.error)
    const kept = outcome.result.epochs[outcome.result.keptEpoch - 1]
    expect(kept?.validationError).toBe(
      Math.min(...outcome.result.epochs.map(({ validationError }) => Number(validationError))),
    )
  })

  test('the example images are those of the test set, clean and as counted', async () => {
    const dataset = await loadTrialData(job, listen())
    const { examples } = outcome
    expect(examples?.shape).toEqual([8, 8, 1])
    expect(new Set(examples?.images.map(({ label }) => label))).toEqual(new Set(dataset.classes))
    for (const { index, clean, perturbed } of examples?.images ?? []) {
      const bytes = dataset.test.images.subarray(index * 64, (index + 1) * 64)
      expect([...Buffer.from(clean.pixels, 'base64')]).toEqual([...bytes])
      expect(perturbed.map(({ name, level }) => [name, level])).toEqual([
        ['uniform', 0.5],
        ['uniform', 1],
        ['uniform', 0.5],
        ['uniform', 1],
        ['fgsm', 0.1],
        ['fgsm', 0.3],
        ['pgd', 0.1],
      ])
      const fgsm = perturbed.find(({ name, level }) => name === 'fgsm' && level === 0.1)
      for (const [place, byte] of [...Buffer.from(fgsm?.pixels ?? '', 'base64')].entries()) {
        // 0.1 of the range is 25.5 bytes, and the picture is rounded.
        expect(Math.abs(byte - (bytes[place] ?? 0))).toBeLessThanOrEqual(26)
      }
    }
  })

  test('the heat maps are those of the saved model, for the classes that it predicts', async () => {
    const dataset = await loadTrialData(job, listen())
    const { json, weights } = outcome.model
    const model = await loadModelFiles(json, weights)
    const explained = outcome.examples?.explained ?? []
    expect(explained.map(({ call, images }) => [call, images.length])).toEqual([
      ['gradcam(images=6, layer=none)', 6],
      ['gradcam(images=1, layer=none)', 1],
    ])
    // Four classes, each in turn.
    const images = explained[0]?.images ?? []
    expect(new Set(images.slice(0, 4).map(({ label }) => label)).size).toBe(4)
    expect(new Set(images.map(({ index }) => index)).size).toBe(6)
    const bytesOf = (image: { readonly pixels: string }) => Uint8Array.from(Buffer.from(image.pixels, 'base64'))
    const network = { model, graph: job.graph, classes: dataset.classes }
    const inputs = images.map((image) => ({ shape: dataset.shape, pixels: bytesOf(image) }))
    const predictions = await predictImages(network, inputs, callOf('explain', 'gradcam', { images: 1 }))
    for (const [place, image] of images.entries()) {
      expect(bytesOf(image)).toEqual(dataset.test.images.slice(image.index * 64, (image.index + 1) * 64))
      expect(image.label).toBe(dataset.classes[dataset.test.labels[image.index] ?? -1])
      expect(image.predicted).toBe(dataset.classes[predictions[place]?.best ?? -1])
      const shown = Buffer.from(image.overlay, 'base64')
      const wanted = predictions[place]?.overlay?.pixels ?? new Uint8Array()
      expect(shown).toHaveLength(wanted.length)
      // The batches differ, and a backend may sum in another order.
      expect(Math.max(...wanted.map((byte, at) => Math.abs(byte - (shown[at] ?? 0))))).toBeLessThanOrEqual(1)
    }
  })

  test('progress ends with the whole evaluation', () => {
    expect(hooks.heard.filter(({ kind }) => kind === 'epoch')).toHaveLength(4)
    const last = hooks.heard.at(-1)
    expect(last).toMatchObject({ kind: 'evaluating', done: 11, total: 11 })
  })
})

test('another variant of the same trial meets the same noise; another trial does not', async () => {
  // Its gradient plays no part in noise, and its own pictures show what it was given.
  const noise = [callOf('noise', 'uniform', { upper: [1] })]
  const quick = tinyProtocol({ noise, attack: [], train: { ...protocol.train, epochs: 1 } })
  const other = stackOf([8, 8, 1], [callOf('layer', 'flatten'), callOf('layer', 'dense', { units: 4 })])
  const pixelsOf = async (changes: Parameters<typeof tinyJob>[0]) => {
    const { examples } = await train(tinyJob({ protocol: quick, ...changes }), listen())
    return examples?.images.map(({ perturbed }) => perturbed[0]?.pixels)
  }
  const pixels = await pixelsOf({})
  expect(pixels).toHaveLength(4)
  expect(await pixelsOf({ variant: 'other', graph: other })).toEqual(pixels)
  expect(await pixelsOf({ protocol: { ...quick, seed: 8 } })).not.toEqual(pixels)
})

test('trials differ, and only the first keeps pictures', async () => {
  const quick = tinyProtocol({ train: { ...protocol.train, epochs: 1 } })
  const first = await train(tinyJob({ protocol: quick }), listen())
  const second = await train(tinyJob({ protocol: quick, trial: 2 }), listen())
  expect(second.result.epochs).not.toEqual(first.result.epochs)
  expect([first.examples === null, second.examples === null]).toEqual([false, true])
})

test('an abort during the evaluation ends the trial and frees its tensors', async () => {
  await startBackend('cpu')
  const before = tf.memory().numTensors
  const controller = new AbortController()
  const reason = new Error('interrupted')
  const hooks = listen(controller.signal)
  const onProgress: typeof hooks.onProgress = (progress) => {
    if (progress.kind === 'epoch' && progress.result.epoch === progress.epochs) controller.abort(reason)
  }
  await expect(runTrial(job, { signal: controller.signal, onProgress })).rejects.toBe(reason)
  expect(tf.memory().numTensors).toBe(before)
})

test('weights that the very last step broke have diverged, though no validation shows it', async () => {
  const base = tinyProtocol()
  const protocol = tinyProtocol({
    data: callOf('dataset', 'synthetic', { size: [8, 8, 1], classes: 4, train: 64, test: 32, validation: 0 }),
    train: {
      ...base.train,
      optimizer: callOf('optimizer', 'sgd', { lr: 1e38 }),
      batch: 64,
      epochs: 1,
      keep: callOf('keep', 'last'),
    },
  })
  const outcome = await runTrial(tinyJob({ protocol }), listen())
  expect(outcome).toMatchObject({
    kind: 'diverged',
    result: { trial: 1, seed: protocol.seed },
    diagnostics: [{ code: 'WM0850' }],
    images: { train: 64, validation: 0, test: 32 },
  })
  expect(outcome.result).toHaveProperty(
    'reason',
    expect.stringMatching(/^the loss on the test images is (NaN|Infinity)/),
  )
})
