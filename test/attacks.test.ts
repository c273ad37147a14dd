import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AttackBatch } from '../src/attacks/attack.ts'
import { attacks } from '../src/attacks/index.ts'
import { createVictim, type Victim } from '../src/attacks/victim.ts'
import { createStream } from '../src/random/stream.ts'
import { printCall, type ResolvedCall } from '../src/registry/construct.ts'
import { backends, startBackend } from './numeric/start-backend.ts'
import { callOf } from './training-fixtures.ts'

const calls: readonly ResolvedCall[] = [
  callOf('attack', 'fgsm', { eps: [0], norm: 'linf' }),
  callOf('attack', 'fgsm', { eps: [0], norm: 'l2' }),
  callOf('attack', 'pgd', { eps: [0], norm: 'linf', steps: 8, rel_step: 0.3 }),
  callOf('attack', 'pgd', { eps: [0], norm: 'l2', steps: 30, rel_step: 0.5 }),
  callOf('attack', 'pgd', { eps: [0], steps: 3, restarts: 3 }),
  callOf('attack', 'pgd', { eps: [0], steps: 3, random_start: false }),
]

const images = 6
const side = 4
const size = side * side
const classes = 3
const range = [-0.5, 1.5] as const

function draw(length: number, ...keys: string[]): Float32Array {
  const random = createStream(11, ...keys)
  return Float32Array.from({ length }, () => random.normal())
}

/** A layer with a kink between two matrix products: its gradient differs from place to place. */
function createTwoLayerVictim(): Victim {
  const first = tf.tensor2d(draw(size * 8, 'first'), [size, 8])
  const second = tf.tensor2d(draw(8 * classes, 'second'), [8, classes])
  return createVictim(tf, range, (x) => tf.matMul(tf.tanh(tf.matMul(tf.reshape(x, [-1, size]), first)), second))
}

function createBatch(victim: Victim, indices: readonly number[]): AttackBatch {
  const random = createStream(3, 'pixels')
  const all = Float32Array.from({ length: images * size }, () => range[0] + 2 * random.uniform())
  const pixels = Float32Array.from(indices.flatMap((index) => [...all.subarray(index * size, (index + 1) * size)]))
  const batch = {
    images: tf.tensor4d(pixels, [indices.length, side, side, 1]),
    labels: tf.tensor1d(
      indices.map((index) => index % classes),
      'int32',
    ),
  }
  const streams = indices.map((index) => createStream(9, 'attack', index))
  return { ...batch, gradient: victim.gradient(batch.images, batch.labels), random: streams, pause: async () => {} }
}

async function perturb(call: ResolvedCall, level: number, victim: Victim, batch: AttackBatch): Promise<tf.Tensor4D> {
  const spec = attacks.get(call.name)
  if (spec === undefined) throw new Error(call.name)
  return spec.perturb(call.args, level, victim, batch)
}

const everyImage = Array.from({ length: images }, (_, index) => index)

test('every attack of the registry is tested here', () => {
  expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(attacks.keys()))
})

const named = calls.map((call) => ({ title: printCall(call), call }))

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  describe.each(named)('$title', ({ call }) => {
    test('stays within eps and within the range, and leaves the images alone', async () => {
      const victim = createTwoLayerVictim()
      const batch = createBatch(victim, everyImage)
      const clean = await batch.images.data<'float32'>()
      const before = clean.slice()
      for (const level of [0.01, 0.3, 1]) {
        const found = await (await perturb(call, level, victim, batch)).data<'float32'>()
        for (const image of everyImage) {
          const change = found
            .subarray(image * size, (image + 1) * size)
            .map((value, place) => value - (clean[image * size + place] ?? Number.NaN))
          const norm = call.args.norm === 'l2' ? Math.hypot(...change) : Math.max(...change.map(Math.abs))
          expect(norm).toBeLessThanOrEqual(level + 1e-6)
          expect(norm).toBeGreaterThan(0)
        }
        expect(Math.min(...found)).toBeGreaterThanOrEqual(range[0])
        expect(Math.max(...found)).toBeLessThanOrEqual(range[1])
      }
      expect(await batch.images.data()).toEqual(before)
      expect(batch.gradient.isDisposed).toBe(false)
    })

    test('gives new but equal images at eps = 0', async () => {
      const victim = createTwoLayerVictim()
      const batch = createBatch(victim, everyImage)
      const same = await perturb(call, 0, victim, batch)
      expect(await same.data()).toEqual(await batch.images.data())
      same.dispose()
      expect(batch.images.isDisposed).toBe(false)
    })

    test('raises the loss', async () => {
      const victim = createTwoLayerVictim()
      const batch = createBatch(victim, everyImage)
      const found = await perturb(call, 0.05, victim, batch)
      const [before] = await tf.sum(victim.losses(batch.images, batch.labels)).data()
      const [after] = await tf.sum(victim.losses(found, batch.labels)).data()
      expect(after).toBeGreaterThan(before ?? Number.NaN)
    })

    test('gives the same again, alone or in a batch', async () => {
      const victim = createTwoLayerVictim()
      const together = await (await perturb(call, 0.3, victim, createBatch(victim, everyImage))).data<'float32'>()
      expect(await (await perturb(call, 0.3, victim, createBatch(victim, everyImage))).data()).toEqual(together)
      const alone = await (await perturb(call, 0.3, victim, createBatch(victim, [4]))).data<'float32'>()
      const same = together.subarray(4 * size, 5 * size)
      for (const [place, value] of alone.entries()) expect(value).toBeCloseTo(same[place] ?? Number.NaN, 5)
    })

    test('leaves no tensor but its result', async () => {
      const victim = createTwoLayerVictim()
      const batch = createBatch(victim, everyImage)
      const before = tf.memory().numTensors
      const found = await perturb(call, 0.3, victim, batch)
      expect(tf.memory().numTensors).toBe(before + 1)
      found.dispose()
    })

    test('stops with the reason of an abort and leaves no tensor', async () => {
      const victim = createTwoLayerVictim()
      const reason = new Error('interrupted')
      const pause = () => Promise.reject(reason)
      const batch = { ...createBatch(victim, everyImage), pause }
      const before = tf.memory().numTensors
      await expect(perturb(call, 0.3, victim, batch)).rejects.toBe(reason)
      expect(tf.memory().numTensors).toBe(before)
    })
  })

  /** Two classes, z₁ − z₀ = w·x + b, no box in reach: the worst case is known in closed form. */
  describe('on a linear model', () => {
    const w = draw(size, 'w')
    const b = 0.3
    const l1 = w.reduce((sum, value) => sum + Math.abs(value), 0)
    const l2 = Math.hypot(...w)
    const score = (pixels: Float32Array) => pixels.reduce((sum, value, place) => sum + value * (w[place] ?? 0), b)
    const wide = [-1e3, 1e3] as const
    const linear = () => {
      const weights = tf.tensor2d(
        Array.from(w).flatMap((value) => [0, value]),
        [size, 2],
      )
      return createVictim(tf, wide, (x) => tf.add(tf.matMul(tf.reshape(x, [-1, size]), weights), tf.tensor1d([0, b])))
    }
    const exact = named.filter(({ call: { args } }) => args.restarts === undefined || Number(args.rel_step) > 0.2)

    test.each(exact)('$title moves the score by exactly eps times the dual norm', async ({ call }) => {
      const victim = linear()
      const batch = createBatch(victim, everyImage)
      const clean = await batch.images.data<'float32'>()
      const labels = await batch.labels.data()
      // labels of the fixture go up to 2; this model has two classes
      const two = tf.tensor1d(
        labels.map((label) => label % 2),
        'int32',
      )
      const attacked = { ...batch, labels: two, gradient: victim.gradient(batch.images, two) }
      for (const eps of [0.01, 0.1, 0.4]) {
        const found = await (await perturb(call, eps, victim, attacked)).data<'float32'>()
        for (const image of everyImage) {
          const pixels = (array: Float32Array) => array.subarray(image * size, (image + 1) * size)
          const towards = (labels[image] ?? 0) % 2 === 1 ? -1 : 1
          const margin = -towards * score(pixels(clean))
          const reach = eps * (call.args.norm === 'l2' ? l2 : l1)
          expect(score(pixels(found)) - score(pixels(clean))).toBeCloseTo(towards * reach, 3)
          expect(-towards * score(pixels(found)) < 0).toBe(reach > margin)
        }
      }
    })
  })

  test('a gradient of zeros, NaN or infinities moves nothing where it is so', async () => {
    const victim = createTwoLayerVictim()
    const batch = createBatch(victim, [0])
    const broken = new Float32Array(size).fill(0)
    broken.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])
    const attacked = { ...batch, gradient: tf.tensor4d(broken, [1, side, side, 1]) }
    const clean = await batch.images.data<'float32'>()
    const found = await (
      await perturb(callOf('attack', 'fgsm', { eps: [0.1] }), 0.1, victim, attacked)
    ).data<'float32'>()
    expect(found.filter((value, place) => value !== clean[place])).toHaveLength(1)
    expect(found[3]).toBeCloseTo(Math.min(range[1], (clean[3] ?? Number.NaN) + 0.1), 6)
  })

  test('the gradient of an image does not depend on the batch', async () => {
    const victim = createTwoLayerVictim()
    const all = await createBatch(victim, everyImage).gradient.data<'float32'>()
    const alone = await createBatch(victim, [2]).gradient.data<'float32'>()
    for (const [place, value] of alone.entries()) expect(value).toBeCloseTo(all[2 * size + place] ?? Number.NaN, 5)
  })

  test('restarts keep the start with the highest loss of each image', async () => {
    const victim = createTwoLayerVictim()
    const batch = createBatch(victim, everyImage)
    const lossAfter = async (restarts: number) => {
      const call = callOf('attack', 'pgd', { eps: [0.5], steps: 2, restarts })
      return victim.losses(await perturb(call, 0.5, victim, batch), batch.labels).data<'float32'>()
    }
    const [one, five] = await Promise.all([lossAfter(1), lossAfter(5)])
    for (const image of everyImage) expect(five[image]).toBeGreaterThanOrEqual(one[image] ?? Number.NaN)
    expect(five.reduce((a, b) => a + b, 0)).toBeGreaterThan(one.reduce((a, b) => a + b, 0))
  })
})
