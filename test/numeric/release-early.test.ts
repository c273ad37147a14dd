// Memory given back during the backward pass must change no bit of the gradients, and must be given back.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildModel } from '../../src/backends/tfjs/index.ts'
import { add, mul, sub } from '../../src/backends/tfjs/ops/linear.ts'
import { compile } from '../../src/compile.ts'
import { createStream } from '../../src/random/stream.ts'
import { releasingEarly } from '../../src/training/release-early.ts'
import { trainableVariables } from '../../src/training/train-epoch.ts'
import { noise } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const networks: Readonly<Record<string, string>> = {
  plain: 'block wm.smooth(4, k=3)\n block wm.unsharp(5, k=3) x2\n block conv(3, k=3)',
  residual: 'residual { block conv(4, k=3, padding="same")\n wm.unsharp(4, k=3) }\n relu\n conv(2, k=3)',
  dense: 'densely { block conv(2, k=3, padding="same") } x3\n batchnorm\n maxpool(2)',
  branches: 'parallel { branch { wm.smooth(3, k=3, padding=1) }\n branch { conv(2, k=3, padding="same") } }\n softmax',
}

function build(body: string) {
  const source = `network N {\n input 10x10x2 in [0, 1]\n ${body}\n flatten\n dense(3)\n}\n`
  const program = compile({ path: 'n.wmnet', text: source })
  const [variant] = program.variants
  if (variant === undefined) throw new Error(program.diagnostics.map(({ message }) => message).join('\n'))
  return buildModel(variant.graph, { random: createStream(3, 'release') })
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each(Object.entries(networks))('%s: the bits of tfjs, in less memory, and nothing left', async (_name, body) => {
    const model = build(body)
    const variables = trainableVariables(model)
    const x = tf.tensor4d(noise([6, 10, 10, 2], 1), [6, 10, 10, 2])
    const loss = (images: tf.Tensor) =>
      tf.mean<tf.Scalar>(tf.square(model.apply(images, { training: true }) as tf.Tensor))
    const gradients = async (wrap: typeof releasingEarly | undefined) => {
      const f = (images: tf.Tensor) => loss(images)
      const wrapped = wrap ? wrap(tf, f) : f
      const ofWeights = tf.variableGrads(() => wrapped(x) as tf.Scalar, variables)
      const ofImages = tf.grad(wrapped)(x)
      const tensors = [ofWeights.value, ...Object.values(ofWeights.grads), ofImages]
      const values = await Promise.all(tensors.map((tensor) => tensor.data()))
      tf.dispose(tensors)
      return values
    }
    const peakOf = async (wrap: typeof releasingEarly | undefined) => {
      const f = (images: tf.Tensor) => loss(images)
      const { peakBytes } = await tf.profile(() => tf.grad(wrap ? wrap(tf, f) : f)(x))
      return peakBytes
    }
    await gradients(undefined)
    const before = tf.memory().numTensors
    const stock = await gradients(undefined)
    expect(await gradients(releasingEarly)).toEqual(stock)
    expect(stock.flatMap((values) => [...values]).some((value) => value !== 0)).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
    expect(await peakOf(releasingEarly)).toBeLessThan(0.95 * (await peakOf(undefined)))
    model.dispose()
    x.dispose()
  })

  it('a gradient that is the incoming one itself outlives it', async () => {
    const same = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy }))
    const f = (x: tf.Tensor) => tf.sum(tf.mul(same(same(tf.square(x))), 3))
    const x = tf.tensor1d([1, 2, -4])
    expect([...(await tf.grad(releasingEarly(tf, f))(x).data())]).toEqual([6, 12, -24])
  })

  it.each([
    [[2, 3, 4], [4]],
    [
      [2, 3, 4],
      [3, 4],
    ],
    [
      [3, 4],
      [3, 4],
    ],
    [
      [1, 4],
      [3, 1],
    ],
    [[4], [2, 3, 4]],
  ])('adds and subtracts %j and %j as tfjs does, with their gradients', async (left, right) => {
    const [a, b] = [tf.tensor(noise(left, 1), left), tf.tensor(noise(right, 2), right)]
    const dy = tf.tensor(noise(tf.add(a, b).shape, 3), tf.add(a, b).shape)
    const results = await Promise.all(
      [tf.add, add, tf.sub, sub].map(async (combine) => {
        const { value, grads } = tf.valueAndGrads((x, y) =>
          tf.sum(tf.mul(combine(x as tf.Tensor, y as tf.Tensor), dy)),
        )([a, b])
        return Promise.all([value, ...grads].map((tensor) => tensor.data()))
      }),
    )
    expect(results[1]).toEqual(results[0])
    expect(results[3]).toEqual(results[2])
  })

  it('multiplies as tfjs does, with the gradient', async () => {
    const x = tf.tensor1d(noise([9], 1))
    const [value, gradient] = [mul(x, -3), tf.grad((a) => tf.sum(tf.square(mul(a, -3))))(x)]
    expect(await value.data()).toEqual(await tf.mul(x, -3).data())
    expect(await gradient.data()).toEqual(
      await tf
        .grad((a) => tf.sum(tf.square(tf.mul(a, -3))))(x)
        .data(),
    )
  })
})
