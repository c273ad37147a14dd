import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { attacks } from '../src/attacks/index.ts'
import { createVictim } from '../src/attacks/victim.ts'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { kernelNames } from '../src/backends/tfjs/kernels/shapes.ts'
import { findUnwritable } from '../src/backends/typescript/index.ts'
import { compile, type Variant } from '../src/compile.ts'
import type { Dataset } from '../src/data/dataset.ts'
import { createStream } from '../src/random/stream.ts'
import { entryOf } from '../src/registry/construct.ts'
import type { Protocol } from '../src/study/protocol.ts'
import { augments } from '../src/training/augment/index.ts'
import { augmentPixels } from '../src/training/augmentation.ts'
import { losses } from '../src/training/losses/index.ts'
import { optimizers } from '../src/training/optimizers/index.ts'
import { takeStep } from '../src/training/train-epoch.ts'
import { type EmittedModule, emit, type ModelModule, protocolOf, runModule } from './emit-fixtures.ts'
import { noise } from './numeric/float64.ts'
import { startBackend } from './numeric/start-backend.ts'

/** No result has more than two uses, so that gradients are summed in one order; dropout draws, and moving statistics move. */
const source = `network N {
  input 8x8x2 in [-1, 1]
  block wm.smooth(4, norm=batchnorm)
  block conv(4, k=3)
  dropout(0.25)
  flatten
  dense(5)
}`
const [variant] = compile(source).variants as [Variant]

const settings: readonly (readonly [train: string, attack: string])[] = [
  ...[...optimizers.values()].map((spec) => [spec.example, 'fgsm(eps=[0, 0.1])'] as const),
  ['adam(lr=0.01, beta1=0.5, beta2=0.9, epsilon=1e-3)', 'fgsm(eps=[0.2, 3], norm=l2)'],
  ['sgd(lr=0.1)', 'fgsm(eps=[2])'],
  ['sgd(lr=0.05, momentum=0.8, nesterov=true)', 'fgsm(eps=[0.01])'],
  ['rmsprop(lr=0.01, rho=0.5, epsilon=1e-2)', 'fgsm(eps=[0, 1e-3], norm=l2)'],
]
const smoothings = ['crossentropy', 'crossentropy(label_smoothing=0.1)']
const cases = settings.flatMap((each, index) => [[...each, smoothings[index % 2] ?? ''] as const])

function protocol(train: string, attack: string, loss: string): Protocol {
  return protocolOf(`protocol P {
    data synthetic
    train ${train} { loss = ${loss}; batch = 8; epochs = 1 }
    attack ${attack}
    measure error
  }`)
}

const labels = () => tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32')
const images = (step: number) => tf.tensor4d(noise([6, 8, 8, 2], 100 + step), [6, 8, 8, 2])
const steps = 4

/** Modules know none of wmnet's own kernels, which sum in another order. */
async function startComposed(): Promise<void> {
  await startBackend('wasm')
  for (const name of Object.values(kernelNames)) if (tf.getKernel(name, 'wasm')) tf.unregisterKernel(name, 'wasm')
}

interface Augmenting {
  augment(pixels: Float32Array, trial: number, epoch: number, batch: number): Float32Array
}

describe('a module with a protocol', () => {
  beforeAll(startComposed)

  it.each(cases)('%s, %s, %s: trains and attacks as wmnet does, bit for bit', async (train, attack, loss) => {
    const own = protocol(train, attack, loss)
    const module = runModule(emit(variant, { protocol: own }))
    await expectSameTraining(own, module, module.initWeights(3))
  })

  it.each(cases)('%s, %s, %s: and so with a LayersModel', async (train, attack, loss) => {
    const own = protocol(train, attack, loss)
    const module = runModule<ModelModule>(emit(variant, { protocol: own, layers: true }))
    await expectSameTraining(own, module as unknown as EmittedModule, module.createModel(3))
  })

  it.each([...[...augments.values()].map(({ example }) => example), 'random_flip(p=0.3), random_crop(pad=3)'])(
    'augment %s: changes the images of each batch as wmnet does',
    (calls) => {
      const own = protocolOf(
        `protocol P { data synthetic; train adam { epochs = 1 }; seed 5; augment ${calls}; measure error }`,
      )
      const module = runModule<Augmenting>(emit(variant, { protocol: own }))
      const pixels = noise([6, 8, 8, 2], 1)
      const dataset = { shape: [8, 8, 2], range: [-1, 1] } as unknown as Dataset
      for (const [trial, epoch, batch] of [
        [1, 1, 1],
        [2, 3, 17],
      ] as const) {
        const random = createStream(5, 'trial', trial).fork('augment').fork(epoch, batch)
        const expected = augmentPixels(own.augment, dataset, pixels, random)
        expect(expected).not.toEqual(pixels)
        expect(module.augment(pixels, trial, epoch, batch)).toEqual(expected)
      }
    },
  )

  it('says all of the protocol, and leaks no tensor', async () => {
    const own = protocol('adam', 'fgsm(eps=0..0.2 step 0.1)', 'crossentropy')
    const module = runModule(emit(variant, { protocol: own })) as EmittedModule & { readonly protocol: unknown }
    expect(module.protocol).toMatchObject({
      name: 'P',
      batch: 8,
      epochs: 1,
      fgsmEps: [0, 0.1, 0.2],
      measure: ['error'],
    })
    const optimizer = module.createOptimizer?.()
    const weights = module.initWeights(1)
    const [x, y] = [images(0), labels()]
    const step = () => optimizer && module.trainStep?.(weights, optimizer, x, y).dispose()
    step()
    const before = tf.memory().numTensors
    step()
    module.fgsm?.(weights, x, y, 0.1).dispose()
    expect(tf.memory().numTensors).toBe(before)
    optimizer?.dispose()
    expect(tf.memory().numTensors).toBeLessThan(before)
  })
})

/** The same losses, weights and attacked images after each of a few steps. */
async function expectSameTraining(own: Protocol, module: EmittedModule, weights: object): Promise<void> {
  const model = buildModel(variant.graph, { random: createStream(3, 'init') })
  const spec = entryOf(losses, own.train.loss)
  const perImageLoss = (z: tf.Tensor2D, y: tf.Tensor1D) => spec.perImage(own.train.loss.args, tf, z, y)
  const theirs = entryOf(optimizers, own.train.optimizer).create(own.train.optimizer.args, tf)
  const ours = module.createOptimizer?.()
  if (ours === undefined) throw new Error('the module has no optimizer')
  for (let step = 0; step < steps; step++) {
    const batch = { images: images(step), labels: labels() }
    const expected = takeStep({ tf, model, classifier: { perImageLoss } }, theirs, batch)
    const found = module.trainStep?.(weights, ours, batch.images, batch.labels)
    expect(await found?.data()).toEqual(await expected.data())
  }
  const variables = [...module.trainableWeights(weights).values()]
  const built = variant.graph.nodes.flatMap(({ name }) => model.getLayer(name).trainableWeights)
  expect(variables.length).toBe(built.length)
  for (const [index, variable] of variables.entries()) {
    expect(await variable.data()).toEqual(await built[index]?.read().data())
  }
  await expectSameAttack(own, module, weights, model)
}

async function expectSameAttack(
  own: Protocol,
  module: EmittedModule,
  weights: object,
  model: LayersModel,
): Promise<void> {
  const [call] = own.attack
  if (call === undefined) throw new Error('the protocol has no attack')
  const victim = createVictim(tf, variant.graph.input.range, (x) => model.apply(x, { training: false }) as tf.Tensor2D)
  const [x, y] = [images(9), labels()]
  const batch = { images: x, labels: y, gradient: victim.gradient(x, y), random: [], pause: async () => {} }
  for (const eps of call.args.eps as readonly number[]) {
    const expected = await entryOf(attacks, call).perturb(call.args, eps, victim, batch)
    expect(await module.fgsm?.(weights, x, y, eps).data()).toEqual(await expected.data())
  }
}

describe('a protocol that no module can hold', () => {
  const found = (entries: string) => {
    const { protocols } = compile({
      path: 'spec.wmspec',
      text: `protocol P { data synthetic; train adam { epochs = 1 }; measure error; ${entries} }`,
    })
    return protocols.flatMap((each) => findUnwritable(each).map(({ code, message }) => `${code} ${message}`))
  }

  it.each([
    ['attack pgd(eps=0.1)', ['WM1060 `pgd` is not written']],
    [
      'attack fgsm(eps=0.1); attack fgsm(eps=0.1, norm=l2); attack pgd(eps=0.1)',
      ['WM1060 a second `fgsm` is not written', 'WM1060 `pgd` is not written'],
    ],
    ['attack fgsm(eps=0.1)', []],
  ])('%s', (entries, messages) => expect(found(entries)).toEqual(messages))
})
