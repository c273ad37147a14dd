import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { kernelNames } from '../src/backends/tfjs/kernels/shapes.ts'
import { ops } from '../src/backends/tfjs/ops/index.ts'
import { layers } from '../src/layers/index.ts'
import type { LayerSpec } from '../src/layers/layer.ts'
import { createStream } from '../src/random/stream.ts'
import type { ResolvedCall } from '../src/registry/construct.ts'
import { chain, inputsFor, readCall } from './layers-fixtures.ts'
import { noise } from './numeric/float64.ts'
import { backends, startBackend } from './numeric/start-backend.ts'

type Variables = Readonly<Record<string, tf.Variable>>

/** One layer with weights of its own, on an input of its own. */
interface Side {
  readonly x: tf.Variable
  readonly weights: Variables
  apply(training: boolean): tf.Tensor
}

const stock = [...layers.values()].filter((spec) => spec.stock !== undefined)
const more = [
  'conv(3, k=5, stride=2, padding=1)',
  'conv(3, k=1, bias=false)',
  'conv(3, k=3, padding="same", stride=3)',
  'depthwise(k=5, stride=2, padding="same", multiplier=3)',
  'depthwise(k=3, padding=1, bias=false)',
  'separable(5, k=3, stride=2, padding="same")',
  'separable(5, k=2, bias=false)',
  'dense(7, bias=false)',
  'maxpool(3, stride=2)',
  'avgpool(3, stride=2)',
  'avgpool(5)',
  'batchnorm(momentum=0.5, epsilon=0.1)',
  'layernorm(epsilon=0.1)',
  'crop(0)',
  'pad(0)',
  'upsample(3)',
  'leaky_relu(0)',
]
const cases = [...stock.map((spec) => spec.example), ...more].map((text) => {
  const call = readCall('layer', text)
  const spec = layers.get(call.name)
  if (spec === undefined) throw new Error(text)
  return [text, spec, call] as const
})

describe.each(backends)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend)
    // Own kernels of the stock layer's training sum in another order; test/numeric/kernels.test.ts holds them to float64.
    if (tf.getKernel(kernelNames.batchNormMoments, backend)) tf.unregisterKernel(kernelNames.batchNormMoments, backend)
  })

  describe.each(cases)('forward of %s', (text, spec, call) => {
    it.each([false, true])('is the stock layer bit for bit, with training=%s', async (training) => {
      const [built, written] = [buildSide(text, spec, call), forwardSide(spec, call)]
      const [expected, found] = [built.apply(training), written.apply(training)]
      expect(found.shape).toEqual(expected.shape)
      expect(await found.data()).toEqual(await expected.data())
      // Moving statistics are updated by the way.
      await expectEqual(written.weights, built.weights)
    })

    it.each([false, true])('has its gradients bit for bit, with training=%s', async (training) => {
      const [built, written] = [buildSide(text, spec, call), forwardSide(spec, call)]
      const gradients = gradientsOf(written, training)
      const trainable = spec.weights(call.args, inputsFor(spec, call)).filter((weight) => weight.trainable)
      expect(Object.keys(gradients)).toEqual(['x', ...trainable.map((weight) => weight.name)])
      await expectEqual(gradients, gradientsOf(built, training))
    })
  })
})

function buildSide(text: string, spec: LayerSpec, call: ResolvedCall): Side {
  const shapes = inputsFor(spec, call)
  const model = buildModel(chain(shapes[0] ?? [], text), { random: createStream(1) })
  const weights: Record<string, tf.Variable> = {}
  for (const weight of model.layers.at(-1)?.weights ?? []) {
    // Gradients want the variable itself, which tfjs-layers keeps to itself.
    const { val } = weight as unknown as { readonly val: tf.Variable }
    weights[weight.originalName.split('/').at(-1) ?? ''] = val
  }
  for (const [name, value] of Object.entries(drawWeights(spec, call))) weights[name]?.assign(value)
  const x = drawInput(spec, call)
  return { x, weights, apply: (training) => model.apply(x, { training }) as tf.Tensor }
}

function forwardSide(spec: LayerSpec, call: ResolvedCall): Side {
  const weights = drawWeights(spec, call)
  const x = drawInput(spec, call)
  // A merge of `chain` gets the network's input twice.
  const inputs = inputsFor(spec, call).map(() => x)
  const update = (name: string, value: tf.Tensor) => weights[name]?.assign(value)
  const random = createStream(0)
  const forward = (training: boolean) =>
    spec.forward<tf.Tensor>(ops, inputs, weights, call.args, { training, random, update })
  return { x, weights, apply: (training) => tf.tidy(() => forward(training)) }
}

function drawWeights(spec: LayerSpec, call: ResolvedCall): Variables {
  const declared = spec.weights(call.args, inputsFor(spec, call))
  return Object.fromEntries(
    declared.map(({ name, shape, trainable }, i) => {
      const values = noise(shape, i + 1).map((value) => (name === 'moving_variance' ? 0.1 + value ** 2 : value))
      return [name, tf.variable(tf.tensor(values, [...shape]), trainable)]
    }),
  )
}

function drawInput(spec: LayerSpec, call: ResolvedCall): tf.Variable {
  const shape = [3, ...(inputsFor(spec, call)[0] ?? [])]
  return tf.variable(tf.tensor(noise(shape, 9), shape))
}

/** Of Σ y ⊙ r with fixed r, so that every output counts differently; by `x` and the weights' names. */
function gradientsOf(side: Side, training: boolean): Readonly<Record<string, tf.Tensor>> {
  const trainable = Object.entries(side.weights).filter(([, variable]) => variable.trainable)
  const variables: readonly (readonly [string, tf.Variable])[] = [['x', side.x], ...trainable]
  const loss = () => {
    const y = side.apply(training)
    return tf.sum(tf.mul(y, tf.tensor(noise(y.shape, 17), y.shape))) as tf.Scalar
  }
  const { grads } = tf.variableGrads(
    loss,
    variables.map(([, variable]) => variable),
  )
  return Object.fromEntries(
    variables.map(([name, variable]) => [name, grads[variable.name] ?? tf.scalar(Number.NaN)] as const),
  )
}

async function expectEqual(
  found: Readonly<Record<string, tf.Tensor>>,
  expected: Readonly<Record<string, tf.Tensor>>,
): Promise<void> {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, value] of Object.entries(found)) {
    expect(await value.data(), name).toEqual(await expected[name]?.data())
  }
}
