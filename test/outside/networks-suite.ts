// Networks, losses, gradients, attacks, activation MSE and Grad-CAM on the active backend against PyTorch, Foolbox and Captum (make.py).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { attacks } from '../../src/attacks/index.ts'
import { createVictim, type Victim } from '../../src/attacks/victim.ts'
import { activationModel, assignWeights, buildModel, viewLayer } from '../../src/backends/tfjs/index.ts'
import { compile } from '../../src/compile.ts'
import { gradcam } from '../../src/explain/gradcam.ts'
import { lastConvolutional } from '../../src/layers/last-convolutional.ts'
import { activationMse } from '../../src/measures/activation-mse.ts'
import { createStream, type RandomStream } from '../../src/random/stream.ts'
import type { ResolvedCall } from '../../src/registry/construct.ts'
import { softmaxCrossEntropy } from '../../src/training/losses/softmax-cross-entropy.ts'
import { misclassified } from '../../src/training/misclassified.ts'
import { optimizers } from '../../src/training/optimizers/index.ts'
import { takeStep } from '../../src/training/train-epoch.ts'
import { callOf } from '../training-fixtures.ts'
import {
  type Fixture,
  noteDifference,
  printDifferences,
  readFixture,
  relativeDifference,
  valuesOf,
} from './fixtures.ts'

const path = join(import.meta.dirname, 'networks.wmnet')
const program = compile({ path, text: readFileSync(path, 'utf8') })

const common = readFixture('common')
const [count = 0, height = 0, width = 0, channels = 0] = common.tensor('images').shape
const size = height * width * channels
const { linf, l2, steps } = common.settings as {
  readonly linf: number
  readonly l2: number
  readonly steps: Readonly<Record<'linf' | 'l2', { readonly steps: number; readonly rel_stepsize: number }>>
}

const names = program.variants.map(({ name }) => name).filter((name) => name !== 'Mixed')
const fixtures = [...names, 'smooth_sure']

interface Network {
  readonly fixture: Fixture
  readonly graph: NonNullable<ReturnType<typeof program.variant>>['graph']
  readonly model: ReturnType<typeof buildModel>
  readonly victim: Victim
  readonly images: tf.Tensor4D
  readonly labels: tf.Tensor1D
}

function open(name: string): Network {
  const variant = program.variant(name === 'smooth_sure' ? 'smooth' : name)
  if (variant === undefined) throw new Error(`no variant ${name}`)
  const fixture = readFixture(name)
  const { graph } = variant
  const model = buildModel(graph, { random: createStream(0, 'init') })
  assignWeights(model, graph, valuesOf(fixture.under('weights/')))
  return {
    fixture,
    graph,
    model,
    victim: createVictim(tf, graph.input.range, (x) => model.apply(x, { training: false }) as tf.Tensor2D),
    images: tf.tensor4d(common.values('images'), [count, height, width, channels]),
    labels: tf.tensor1d(common.values('labels'), 'int32'),
  }
}

/** The numbers that Foolbox's start was made of, in the place of a random stream. */
function replay(norm: string, image: number): RandomStream {
  const own = (name: string) =>
    common
      .values(name)
      .subarray(image * size, (image + 1) * size)
      .values()
  const [uniform, normal] = [own('draws/uniform'), own('draws/normal')]
  const next = (values: Iterator<number>) => {
    const { value, done } = values.next()
    if (done) throw new Error('more draws than Foolbox was given')
    return value
  }
  const stream: RandomStream = {
    uniform: () => (norm === 'linf' ? next(uniform) : (common.values('draws/radius')[image] ?? Number.NaN)),
    normal: () => next(normal),
    integer: () => {
      throw new Error('no attack draws integers')
    },
    fork: () => stream,
  }
  return stream
}

const attackCases = (['linf', 'l2'] as const).flatMap((norm) => {
  const eps = norm === 'linf' ? linf : l2
  const { steps: count, rel_stepsize: rel_step } = steps[norm]
  const pgd = (random_start: boolean) =>
    callOf('attack', 'pgd', { eps: [eps], norm, steps: count, rel_step, random_start })
  return [
    { key: `fgsm_${norm}`, norm, eps, call: callOf('attack', 'fgsm', { eps: [eps], norm }) },
    { key: `pgd_${norm}`, norm, eps, call: pgd(false) },
    { key: `pgd_${norm}_start`, norm, eps, call: pgd(true) },
  ]
})

async function perturb({ victim, images, labels }: Network, call: ResolvedCall, norm: string, eps: number) {
  const random = Array.from({ length: count }, (_, image) => replay(norm, image))
  const gradient = victim.gradient(images, labels)
  const spec = attacks.get(call.name)
  if (spec === undefined) throw new Error(call.name)
  return spec.perturb(call.args, eps, victim, { images, labels, gradient, random, pause: async () => {} })
}

/**
 * Rounding: float32 has 6e-8, a network of this size adds a few hundred products to a number, and their errors add up like a root. What is
 * found is below 5e-7 for logits and 1e-5 for gradients of single images; each bound leaves a factor of 5 to other machines.
 */
const bounds = { logits: 2.5e-6, losses: 1e-5, gradient: 5e-5, attacked: 5e-5, gradcam: 1e-5, training: 1e-4 }

/** @param without networks that the active backend does not compute alike */
export function testNetworks(of: readonly string[] = fixtures): void {
  const check = (what: string, found: ArrayLike<number>, expected: ArrayLike<number>, bound: number) => {
    const difference = relativeDifference(found, expected)
    noteDifference(`${what} (${tf.getBackend()})`, difference)
    expect(difference, what).toBeLessThan(bound)
  }

  describe.each(of)('%s', (name) => {
    it('logits, losses and gradients', async () => {
      const { fixture, victim, images, labels } = open(name)
      const logits = tf.tidy(() => victim.logits(images))
      check('logits', await logits.data(), fixture.values('logits'), bounds.logits)
      check('loss', await victim.losses(images, labels).data(), fixture.values('losses'), bounds.losses)
      const smoothed = tf.tidy(() => softmaxCrossEntropy(tf, logits, labels, 0.1))
      check('label smoothing', await smoothed.data(), fixture.values('smoothed_losses'), bounds.losses)
      // Image by image: that of an image that the network is sure of is 1e-4 or 1e-20 of another's.
      const gradient = await victim.gradient(images, labels).data()
      for (let image = 0; image < count; image++) {
        const own = (values: ArrayLike<number>) => Array.from(values).slice(image * size, (image + 1) * size)
        check('input gradient', own(gradient), own(fixture.values('gradient')), bounds.gradient)
      }
    })

    it.each(attackCases)('$key', async ({ key, norm, eps, call }) => {
      const network = open(name)
      const { fixture, victim, labels, graph, model, images } = network
      const found = await perturb(network, call, norm, eps)
      // In linf one gradient that is rounded to the other sign would be a difference of 0.1 or more: there is none.
      check(`${call.name} ${norm}`, await found.data(), fixture.values(key), bounds.attacked)
      check(`loss after ${call.name}`, await victim.losses(found, labels).data(), fixture.values(`losses/${key}`), 1e-4)
      const errors = await misclassified(tf, victim.logits(found), labels).data()
      expect([...errors]).toEqual([...fixture.values(`errors/${key}`)])
      const node = lastConvolutional(graph)
      if (node === null) throw new Error('a convolutional network')
      const activations = (x: tf.Tensor4D) => {
        const [, second] = activationModel(model, graph, node).apply(x, { training: false }) as tf.Tensor[]
        if (second === undefined) throw new Error('two outputs')
        return second
      }
      const squares = tf.tidy(() =>
        activationMse.perImage({ at: null }, tf, {
          labels,
          logits: victim.logits(found),
          activations: { clean: activations(images), perturbed: activations(found) },
          inputGradient: () => victim.gradient(found, labels),
        }),
      )
      check('activation MSE', await squares.data(), fixture.values(`activation_mse/${key}`), 1e-4)
    })

    it('Grad-CAM', async () => {
      const { fixture, graph, model, victim, images } = open(name)
      const args = { images: 1, layer: null }
      const node = gradcam.node(args, graph)
      if (node === null) throw new Error('a convolutional network')
      const heat = tf.tidy(() => {
        const classes = tf.argMax<tf.Tensor1D>(victim.logits(images), 1)
        return gradcam.heat(args, tf, viewLayer(model, graph, node, images), classes)
      })
      check('Grad-CAM', await heat.data(), fixture.values('gradcam'), bounds.gradcam)
    })

    // Adam divides a gradient by its own size, so what float32 leaves of 1 − p decides where a network that is sure already goes.
    it.skipIf(name === 'smooth_sure')('losses of six steps of Adam', async () => {
      const { fixture, model } = open(name)
      const spec = optimizers.get('adam')
      if (spec === undefined) throw new Error('no adam')
      const optimizer = spec.create(callOf('optimizer', 'adam').args, tf)
      const classifier = { perImageLoss: (z: tf.Tensor2D, y: tf.Tensor1D) => softmaxCrossEntropy(tf, z, y) }
      const losses: number[] = []
      for (const batch of trainingBatches(2, 8)) {
        losses.push(Number((await takeStep({ tf, model, classifier }, optimizer, batch).data())[0]))
      }
      check('loss while training', losses, fixture.values('training_losses'), bounds.training)
    })
  })

  printDifferences()
}

/** The training images over and over, in order. */
function trainingBatches(rounds: number, batch: number) {
  const labels = common.values('train_labels')
  const starts = Array.from({ length: labels.length / batch }, (_, index) => index * batch)
  return Array.from({ length: rounds }, () => starts)
    .flat()
    .map((start) => ({
      images: tf.tensor4d(common.values('train_images').slice(start * size, (start + batch) * size), [
        batch,
        height,
        width,
        channels,
      ]),
      labels: tf.tensor1d(labels.slice(start, start + batch), 'int32'),
    }))
}
