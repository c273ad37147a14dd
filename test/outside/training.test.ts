// Optimizers, label smoothing and batch normalisation while training against torch.optim and PyTorch's own (make.py).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { assignWeights, buildModel, readWeights } from '../../src/backends/tfjs/index.ts'
import { compile } from '../../src/compile.ts'
import { createStream } from '../../src/random/stream.ts'
import type { ArgValue } from '../../src/registry/params.ts'
import { softmaxCrossEntropy } from '../../src/training/losses/softmax-cross-entropy.ts'
import { optimizers } from '../../src/training/optimizers/index.ts'
import { takeStep } from '../../src/training/train-epoch.ts'
import { backends, startBackend } from '../numeric/start-backend.ts'
import { callOf } from '../training-fixtures.ts'
import { noteDifference, printDifferences, readFixture, relativeDifference, valuesOf } from './fixtures.ts'

const path = join(import.meta.dirname, 'networks.wmnet')
const graph = compile({ path, text: readFileSync(path, 'utf8') }).variant('Mixed')?.graph

const common = readFixture('common')
const fixture = readFixture('training')
const { cases, batch, rounds } = fixture.settings as {
  readonly cases: readonly {
    readonly optimizer: string
    readonly args: Readonly<Record<string, ArgValue>>
    readonly label_smoothing: number
  }[]
  readonly batch: number
  readonly rounds: number
}

/** A step's rounding is that of a gradient, and the next gradient is taken where the step led: 1e-5 after six, found below 5e-6. */
const bound = 3e-5

/** The moving averages of batch normalisation begin at 0 and 1 and keep 0.99 at each step. */
const kept = 0.99

it('every optimizer is here', () => {
  expect(new Set(cases.map(({ optimizer }) => optimizer))).toEqual(new Set(optimizers.keys()))
})

describe.each(backends)('six steps as torch.optim takes them, on %s', (backend) => {
  it.each(cases.map((each, index) => ({ ...each, index })))(
    '$optimizer $args, label smoothing $label_smoothing',
    async ({ optimizer: name, args, label_smoothing, index }) => {
      await startBackend(backend)
      if (graph === undefined) throw new Error('no network Mixed')
      const model = buildModel(graph, { random: createStream(0, 'init') })
      assignWeights(model, graph, valuesOf(fixture.under('weights/')))
      const optimizer = optimizers.get(name)?.create(callOf('optimizer', name, args).args, tf)
      if (optimizer === undefined) throw new Error(name)
      const classifier = {
        perImageLoss: (z: tf.Tensor2D, y: tf.Tensor1D) => softmaxCrossEntropy(tf, z, y, label_smoothing),
      }
      const losses: number[] = []
      for (const { images, labels } of batches()) {
        losses.push(Number((await takeStep({ tf, model, classifier }, optimizer, { images, labels }).data())[0]))
      }
      const check = (what: string, found: ArrayLike<number>, expected: ArrayLike<number>) => {
        const difference = relativeDifference(found, expected)
        noteDifference(`${what} (${backend})`, difference)
        expect(difference, what).toBeLessThan(bound)
      }
      check('loss', losses, fixture.values(`${index}/losses`))
      const weights = await readWeights(model, graph)
      for (const [weight, { values }] of fixture.under(`${index}/weights/`)) {
        const mine = weights.get(weight) ?? []
        if (weight.endsWith('moving_variance')) check('moving variance', unbiased(weight, mine), values)
        else check(weight.endsWith('moving_mean') ? 'moving mean' : 'weights', mine, values)
      }
    },
  )
})

/**
 * wmnet's moving variance is that of the batch (Keras, biased), PyTorch's is n/(n − 1) times it, n the batch's pixels: what both have
 * added to kept^steps differs by that factor.
 */
function unbiased(weight: string, values: ArrayLike<number>): readonly number[] {
  const norms = graph?.nodes.filter(({ role }) => role === 'norm') ?? []
  const place = norms.findIndex(({ origin }) => weight.startsWith(`norm${origin.site.split('/').at(-1)}.`))
  const [height = 0, width = 0] = norms[place]?.shape ?? []
  const pixels = batch * height * width
  const start = kept ** (rounds * (common.values('train_labels').length / batch))
  return Array.from(values, (value) => start + ((value - start) * pixels) / (pixels - 1))
}

function batches() {
  const { shape, values } = common.tensor('train_images')
  const [count = 0, ...map] = shape
  const size = map.reduce((product, dim) => product * dim, 1)
  const [height = 0, width = 0, channels = 0] = map
  return Array.from({ length: (rounds * count) / batch }, (_, step) => (step * batch) % count).map((start) => ({
    images: tf.tensor4d(values.slice(start * size, (start + batch) * size), [batch, height, width, channels]),
    labels: tf.tensor1d(common.values('train_labels').slice(start, start + batch), 'int32'),
  }))
}

printDifferences()
