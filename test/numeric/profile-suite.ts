import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { buildModel } from '../../src/backends/tfjs/index.ts'
import { openKernelLog } from '../../src/backends/tfjs/profile/kernel-log.ts'
import { createWait } from '../../src/backends/tfjs/profile/wait.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { compile } from '../../src/index.ts'
import { createStream } from '../../src/random/stream.ts'
import type { BackendName } from '../../src/study/job.ts'
import { createClock } from '../../src/study/profile/clock.ts'
import type { LayerProfile, PassProfile, StepProfile } from '../../src/study/profile/profile.ts'
import { profileJob } from '../../src/study/profile/profile-job.ts'
import { profileStep, type Trainee } from '../../src/study/profile/profile-step.ts'
import type { ImageBatch } from '../../src/training/image-batch.ts'
import { softmaxCrossEntropy } from '../../src/training/losses/softmax-cross-entropy.ts'
import { takeStep } from '../../src/training/train-epoch.ts'
import { createOptimizer } from '../optimizer-references.ts'
import { listen, tinyJob } from '../training-fixtures.ts'
import { noise } from './float64.ts'

/** One convolution, one weight map layer: whose kernels are whose can be told by their names. */
const pair = graphOf(`
  conv(4, k=3)
  relu
  wm.smooth(3, k=3)
  flatten
  dense(4)`)

/** What makes a backward pass branch, wait and sum: results used several times, layers of two tfjs layers, state, randomness. */
const networks: Readonly<Record<string, Graph>> = {
  pair,
  residual: graphOf(`
    block conv(6, padding="same", norm=batchnorm) as stem
    residual { conv(6, padding="same", stride=2) }
    residual { block wm.unsharp(6) }
    dropout(0.4)
    global_avgpool
    dense(4)`),
  again: graphOf(`
    conv(4, k=3) as l0
    add(l0)
    add(l0)
    flatten
    flatten
    dense(4)`),
  dense: graphOf(`
    block conv(3, padding="same")
    densely { block wm.smooth(2, padding="same") } x4
    maxpool(2)
    flatten
    dense(4)`),
}

function graphOf(body: string): Graph {
  const { variants, diagnostics } = compile(`network N {\n  input 8x8x1 in [0, 1]${body}\n}`)
  const [only] = variants
  if (only === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return only.graph
}

/** That a profile attributes a step rightly on the active backend, and changes nothing about it. */
export function testProfile(backend: BackendName): void {
  it.each(Object.keys(networks))('a profiled step of %s is a step, kernel by kernel and bit by bit', async (name) => {
    const graph = networks[name] ?? pair
    const before = tf.memory()
    const [plain, profiled] = [start(graph), start(graph)]
    for (let step = 0; step < 3; step++) {
      const ran = await logPlainStep(plain, step)
      const { kernels } = await logProfiledStep(profiled, step)
      expect(kernels).toEqual(ran)
    }
    expect(await hashOf(profiled.model)).toEqual(await hashOf(plain.model))
    for (const { model, optimizer } of [plain, profiled]) {
      model.dispose()
      optimizer.dispose()
    }
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
  })

  it('changes the weights, so that the above can fail', async () => {
    const trainee = start(pair)
    const first = await hashOf(trainee.model)
    await logProfiledStep(trainee, 0)
    expect(await hashOf(trainee.model)).not.toEqual(first)
    trainee.model.dispose()
    trainee.optimizer.dispose()
  })

  describe('the profile of a job', () => {
    const profile = profileOf(pair, backend)
    const own = backend === 'tensorflow' ? /^(BatchMatMul|AvgPool)/ : /^(WmMul|Box)/

    it('puts the kernels of each layer under it', async () => {
      const { layers, loss, optimizer } = await profile()
      const [conv, relu, smooth, flatten, dense] = layers
      expect(layers.map(({ name }) => name)).toEqual(['conv_1', 'relu_1', 'wm_smooth_1', 'flatten_1', 'dense_1'])
      expectKernels(conv, /Conv2D/, /Conv2DBackpropFilter/)
      expectKernels(relu, /^Relu$/, /^(ReluGrad|Step)$/)
      expectKernels(smooth, own, own)
      expectKernels(flatten, /^Reshape$/, /^Reshape$/)
      expectKernels(dense, /MatMul/, /MatMul/)
      for (const layer of layers) {
        if (layer !== conv) expect(kernelsOf(layer)).not.toContainEqual(expect.stringMatching(/Conv2D/))
        if (layer !== smooth) expect(kernelsOf(layer)).not.toContainEqual(expect.stringMatching(/WmMul|Box|AvgPool/))
      }
      expect(Object.keys(loss.forward.kernels)).toContain('Log')
      expect(count(optimizer)).toBeGreaterThanOrEqual(6)
    })

    it('gives bytes by the shapes, and times', async () => {
      const { batch, layers, data, loss, optimizer, freeing, totalMs, stepMs, peakBytes } = await profile()
      expect(batch).toBe(32)
      const outputs = [6 * 6 * 4, 6 * 6 * 4, 4 * 4 * 3, 48, 4]
      expect(layers.map(({ outputBytes }) => outputBytes)).toEqual(outputs.map((size) => size * 32 * 4))
      // A weight map has a weight for every place that it reads, and a bias for every one that it writes.
      const weights = [3 * 3 * 4 + 4, 0, 6 * 6 * 4 * 3 + 4 * 4 * 3, 0, 48 * 4 + 4]
      expect(layers.map(({ weightBytes }) => weightBytes)).toEqual(weights.map((size) => size * 4))
      const passes = [...layers, loss].flatMap(({ forward, backward }) => [forward, backward])
      const times = [...passes, data, optimizer, freeing].map(({ ms }) => ms)
      expect(Math.min(...times)).toBeGreaterThanOrEqual(0)
      expect(times.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(totalMs, 9)
      expect(stepMs).toBeGreaterThan(0)
      const parameters = layers.reduce((sum, { weightBytes }) => sum + weightBytes, 0)
      // Weights and Adam's two slots, and at least the largest activation.
      expect(peakBytes).toBeGreaterThan(3 * parameters + Math.max(...outputs) * 32 * 4)
    })

    it('is refused where there is nothing to train', async () => {
      const job = tinyJob({ graph: graphOf('\n  maxpool(4)\n  flatten'), backend })
      await expect(profileJob(job, listen())).rejects.toMatchObject({ diagnostics: [{ code: 'WM0851' }] })
    })

    it('leaves no tensors behind', async () => {
      await profile()
      const { numTensors } = tf.memory()
      await profileJob(tinyJob({ graph: pair, backend }), listen())
      expect(tf.memory().numTensors).toBe(numTensors)
    })
  })
}

function profileOf(graph: Graph, backend: BackendName): () => Promise<StepProfile> {
  let found: Promise<StepProfile> | undefined
  return () => {
    found ??= profileJob(tinyJob({ graph, backend }), listen())
    return found
  }
}

function start(graph: Graph): Trainee {
  const perImageLoss: Trainee['classifier']['perImageLoss'] = (logits, labels) =>
    softmaxCrossEntropy(tf, logits, labels)
  return {
    graph,
    model: buildModel(graph, { random: createStream(1, 'test') }),
    classifier: { perImageLoss },
    optimizer: createOptimizer(tf, 'adam', { lr: 0.01 }),
  }
}

const draw = (step: number): ImageBatch => {
  const pixels = noise([5, 8, 8, 1], step)
  return { pixels, images: tf.tensor4d(pixels, [5, 8, 8, 1]), labels: tf.tensor1d([0, 1, 2, 3, 0], 'int32') }
}

async function logPlainStep(trainee: Trainee, step: number): Promise<readonly string[]> {
  const log = openKernelLog()
  const batch = draw(step)
  takeStep({ tf, ...trainee }, trainee.optimizer, batch).dispose()
  tf.dispose([batch.images, batch.labels])
  log.close()
  return log.take()
}

async function logProfiledStep(trainee: Trainee, step: number) {
  const log = openKernelLog()
  const clock = createClock(log, createWait(), async () => {})
  const bytes = await profileStep(trainee, () => draw(step), clock)
  log.close()
  return { bytes, kernels: clock.entries.flatMap(({ kernels }) => kernels) }
}

async function hashOf(model: LayersModel): Promise<readonly string[]> {
  const values = await Promise.all(model.getWeights().map((weight) => weight.data()))
  return values.map((array) => Buffer.from(Float32Array.from(array).buffer).toString('base64'))
}

function expectKernels(layer: LayerProfile | undefined, forward: RegExp, backward: RegExp): void {
  expect(Object.keys(layer?.forward.kernels ?? {})).toContainEqual(expect.stringMatching(forward))
  expect(Object.keys(layer?.backward.kernels ?? {})).toContainEqual(expect.stringMatching(backward))
}

const kernelsOf = ({ forward, backward }: LayerProfile) =>
  [forward, backward].flatMap(({ kernels }) => Object.keys(kernels))
const count = ({ kernels }: PassProfile) => Object.values(kernels).reduce((sum, each) => sum + each, 0)
